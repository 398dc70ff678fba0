/// By what nodes are told of each other.
package enum ClusterNaming: String, Sendable, CaseIterable {
    /// By their addresses.
    case addresses
    /// By a name each.
    case names
    /// By one name for all, oneself included; where not all know each other, by a name each.
    case oneName
    /// By addresses that a router forwards to theirs, and each is told of itself too.
    case forwarded

    /// The name of one node.
    static func name(of node: Int) -> String { "n\(node + 1).example" }

    /// The name of all nodes.
    static let everyone = "cluster.example"

    /// The forwarded address of one node.
    static func alias(of node: Int) -> String { "10.1.0.\(node + 1)" }
}
