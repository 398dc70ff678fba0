import Journal
package import Replication

/// A node whose log was damaged says so, and serves nobody before it is healed.
package struct HealingChecker {
    /// A checker.
    package init() {}

    /// Looks at a node after a turn; costs nothing while its log is sound.
    package func check(_ node: SimulatedNode, _ replica: Replica) throws(Finding) {
        guard replica.journal.isHealing else { return }
        guard !replica.isServing else {
            throw Finding(.damage, "\(node.name) serves though its log was damaged and it is not healed")
        }
        guard replica.healingCause != nil else {
            throw Finding(.damage, "\(node.name) does not say that its log was damaged")
        }
    }
}
