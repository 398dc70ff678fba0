/// Which resolver views which keys: by key prefix, the longest match first.
public struct ResolverTable: Sendable {
    private struct Rule: Sendable {
        var prefix: [UInt8]
        var resolver: Resolver
    }

    /// Longest prefix first.
    private var rules: [Rule] = []
    /// For keys that no prefix matches.
    public var fallback: Resolver {
        didSet { self.noteSingles() }
    }
    /// Whether some rule wants to be asked about a plain value that has no siblings.
    public private(set) var judgesSingles = false

    /// A table without prefixes.
    public init(fallback: Resolver = .versionThenTimestamp) {
        self.fallback = fallback
        self.noteSingles()
    }

    private mutating func noteSingles() {
        self.judgesSingles =
            !self.fallback.isIdentityOnSingle || self.rules.contains { !$0.resolver.isIdentityOnSingle }
    }

    /// The resolver for exactly this prefix. The empty prefix is the fallback; nil removes a rule.
    public subscript(prefix prefix: Key) -> Resolver? {
        get {
            prefix.bytes.isEmpty ? self.fallback : self.rules.first { $0.prefix == prefix.bytes }?.resolver
        }
        set {
            guard !prefix.bytes.isEmpty else {
                self.fallback = newValue ?? .versionThenTimestamp
                return
            }
            defer { self.noteSingles() }
            self.rules.removeAll { $0.prefix == prefix.bytes }
            guard let newValue else { return }
            let index = self.rules.firstIndex { $0.prefix.count < prefix.bytes.count } ?? self.rules.count
            self.rules.insert(Rule(prefix: prefix.bytes, resolver: newValue), at: index)
        }
    }

    /// The resolver that views `key`.
    ///
    /// - Complexity: O(r) in the rules.
    public func resolver(for key: Span<UInt8>) -> Resolver {
        for rule in self.rules where ResolverTable.matches(rule.prefix, key) {
            return rule.resolver
        }
        return self.fallback
    }

    /// Names as they are announced to peers, `PREFIX*=NAME`, sorted.
    public var announcement: [String] {
        let names = self.rules.map { String(decoding: $0.prefix, as: UTF8.self) + "*=" + $0.resolver.name }
        return (names + ["*=" + self.fallback.name]).sorted()
    }

    private static func matches(_ prefix: [UInt8], _ key: Span<UInt8>) -> Bool {
        guard prefix.count <= key.count else { return false }
        for index in 0..<prefix.count where prefix[index] != key[index] { return false }
        return true
    }
}
