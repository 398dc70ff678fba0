import Causality

/// A state of the store that stays readable key by key while writers go on: the records whose dots are in its context,
/// and which were live when it was opened.
///
/// A record never becomes live again; so of a key's live records those with dots in the context were live then, and
/// the others that were live then have been noted here when they were replaced.
struct KeyCut {
    /// Records that may be noted, each of a key that has still to be read; one more, and the state is given up.
    static let limit = 200_000

    let id: CutID
    /// What had been seen.
    let context: CausalContext
    let lower: KeyBound
    let upper: KeyBound
    let descending: Bool
    /// Everything up to this key has been read; nil for nothing.
    private(set) var passed: [UInt8]?
    /// The dots of what was replaced, by key. Only looked up.
    private var replaced: [[UInt8]: [Dot]] = [:]
    /// Keys of `replaced` that have still to be read, the next last.
    private var coming: [[UInt8]] = []
    /// Those that came up since they were put in order.
    private var fresh: [[UInt8]] = []
    private(set) var count = 0

    init(id: CutID, context: CausalContext, from lower: KeyBound, to upper: KeyBound, descending: Bool) {
        self.id = id
        self.context = context
        self.lower = lower
        self.upper = upper
        self.descending = descending
    }

    /// Where the rest begins.
    var restLower: KeyBound { self.descending ? self.lower : self.passed.map { .excluding($0) } ?? self.lower }
    /// Where it ends.
    var restUpper: KeyBound { self.descending ? self.passed.map { .excluding($0) } ?? self.upper : self.upper }

    /// Notes that a record has been replaced, if it is of this state and its key has still to be read; else false.
    mutating func note(_ dot: Dot, of key: [UInt8]) -> Bool {
        guard self.isAhead(key), self.context.contains(dot) else { return false }
        if self.replaced[key] == nil { self.fresh.append(key) }
        self.replaced[key, default: []].append(dot)
        self.count += 1
        return true
    }

    /// What was replaced of a key, in the order of its replacement.
    func replacedDots(of key: [UInt8]) -> [Dot] { self.replaced[key] ?? [] }

    /// The next key of which something was replaced; nil if there is none. Puts what has come up in order.
    mutating func nextReplaced() -> [UInt8]? {
        if !self.fresh.isEmpty {
            let descending = self.descending
            self.coming += self.fresh
            self.fresh = []
            self.coming.sort { KeyCut.precedes($1, $0, descending) }
        }
        return self.coming.last
    }

    /// Notes that everything up to `key` has been read.
    mutating func pass(_ key: [UInt8]) {
        self.passed = key
        while let next = self.coming.last, !KeyCut.precedes(key, next, self.descending) {
            self.coming.removeLast()
            self.count -= self.replaced.removeValue(forKey: next)?.count ?? 0
        }
    }

    /// Whether the one key is read before the other.
    static func precedes(_ first: [UInt8], _ second: [UInt8], _ descending: Bool) -> Bool {
        descending ? second.lexicographicallyPrecedes(first) : first.lexicographicallyPrecedes(second)
    }

    private func isAhead(_ key: [UInt8]) -> Bool {
        if let passed = self.passed, !KeyCut.precedes(passed, key, self.descending) { return false }
        let isAboveLower =
            switch self.lower {
            case .unbounded: true
            case .including(let bound): !key.lexicographicallyPrecedes(bound)
            case .excluding(let bound): bound.lexicographicallyPrecedes(key)
            }
        guard isAboveLower else { return false }
        return switch self.upper {
        case .unbounded: true
        case .including(let bound): !bound.lexicographicallyPrecedes(key)
        case .excluding(let bound): key.lexicographicallyPrecedes(bound)
        }
    }
}
