import DataModel

/// Which resolver views which keys, as it is written in flags and files: `PREFIX*=NAME`.
struct ResolverRule: Sendable {
    /// Why a text is not a rule.
    enum Malformed: Error, Equatable {
        case malformed
        /// The resolver is not a built-in one.
        case unknown(String)
    }

    /// Empty for all keys that no other rule covers.
    var prefix: Key
    var resolver: Resolver

    /// Parses `PREFIX*=NAME`, `*=NAME`, or a bare `NAME`, which means the same as `*=NAME`.
    ///
    /// The last `=` divides, for a prefix may hold one. A `*` inside the prefix is refused: patterns do not exist.
    static func parse(_ text: String) -> Result<ResolverRule, Malformed> {
        let parts: (pattern: Substring, name: Substring)
        if let divider = text.lastIndex(of: "=") {
            parts = (text[..<divider], text[text.index(after: divider)...])
        } else {
            parts = ("*", text[...])
        }
        guard parts.pattern.hasSuffix("*"), !parts.pattern.dropLast().contains("*"), !parts.name.isEmpty else {
            return .failure(.malformed)
        }
        guard let resolver = Resolver.builtIn(named: String(parts.name)) else {
            return .failure(.unknown(String(parts.name)))
        }
        return .success(ResolverRule(prefix: Key(parts.pattern.dropLast()), resolver: resolver))
    }
}
