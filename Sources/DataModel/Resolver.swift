/// A pure rule that says what readers see of a key's siblings. It never changes what is stored.
///
/// The rule is called with at least one sibling, in canonical order, none of them a tombstone or
/// expired. It MUST be a pure function of its arguments: replicas converge whatever it says, but two
/// nodes with different rules show different values. The name travels between peers, so that a
/// difference is reported.
public struct Resolver: Sendable {
    /// Returns the view of a key's siblings; the type's own comment states what holds for both.
    public typealias Rule = @Sendable (_ key: Key, _ siblings: [Sibling]) -> View

    /// How it is named in flags, configuration files and announcements.
    public let name: String
    let rule: Rule
    /// Whether a key with a single plain sibling is viewed as that sibling, whatever the rule.
    let isIdentityOnSingle: Bool
    /// Whether increments of keys under this resolver are kept as counter entries.
    public let countsIncrements: Bool

    /// A rule of your own. It is called for single siblings too only if `isIdentityOnSingle` is false.
    public init(
        named name: String, isIdentityOnSingle: Bool = true, countsIncrements: Bool = false, rule: @escaping Rule
    ) {
        self.name = name
        self.rule = rule
        self.isIdentityOnSingle = isIdentityOnSingle
        self.countsIncrements = countsIncrements
    }

    /// Returns what readers see of the siblings, in any order, of `key`.
    public func view(of key: Key, _ siblings: [Sibling]) -> View {
        guard siblings.count > 1 || siblings.contains(where: { $0.operation != .put }) || !self.isIdentityOnSingle
        else {
            return siblings.first.map { .value($0.value, expiry: $0.expiry) } ?? .absent
        }
        return self.rule(key, siblings.sorted(by: Sibling.precedes))
    }

    /// Whether the rule gives another answer when the siblings come in the opposite order; a rule
    /// that depends on the order is safe, for the order is canonical, but seldom what was meant.
    public func dependsOnOrder(for key: Key, _ siblings: [Sibling]) -> Bool {
        let ordered = siblings.sorted(by: Sibling.precedes)
        return self.rule(key, ordered) != self.rule(key, ordered.reversed())
    }
}
