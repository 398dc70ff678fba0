import Causality
package import DataModel
import Journal
package import Platform
package import Replication

/// Equal nodes: contexts, live records, digests, values, and the view of every resolver.
package struct ConvergenceChecker {
    /// The resolvers to view every key with, besides the one configured for it.
    package let resolvers: [Resolver]
    /// The latest that any node's wall clock has shown: what has expired by then may be collected here and
    /// be held there, so it is not compared.
    package let latestWall: UInt64

    /// A checker that views with these resolvers.
    package init(resolvers: [Resolver], latestWall: UInt64) {
        self.resolvers = resolvers
        self.latestWall = latestWall
    }

    /// Whether two nodes have the same durable state, quickly.
    package static func areEqual(_ left: Replica, _ right: Replica) -> Bool {
        let (first, second) = (left.journal, right.journal)
        return first.liveHash == second.liveHash && first.syncedLiveHash == second.syncedLiveHash
            && first.context == second.context && first.syncedContext == second.syncedContext
    }

    /// Compares all nodes with the first, at one moment.
    ///
    /// - Throws: a finding about the first difference.
    package func check(
        _ nodes: [(name: String, replica: Replica)], at now: Instant, wallNow: WallTime, _ history: WriteHistory
    ) throws(Finding) {
        guard let first = nodes.first else { return }
        for node in nodes { node.replica.beginTurn(now: now, wallNow: wallNow) }
        for other in nodes.dropFirst() {
            guard first.replica.journal.context == other.replica.journal.context else {
                throw Finding(.convergence, "the contexts of \(first.name) and \(other.name) differ")
            }
            guard first.replica.digest() == other.replica.digest() else {
                throw Finding(.convergence, "the digests of \(first.name) and \(other.name) differ")
            }
        }
        for key in history.keys {
            try self.check(key, nodes, first)
        }
    }

    private func check(
        _ key: [UInt8], _ nodes: [(name: String, replica: Replica)], _ first: (name: String, replica: Replica)
    ) throws(Finding) {
        let expected = try self.look(at: key, first)
        // The siblings are compared below: what holds for these holds on every node.
        if expected.siblings.count > 1 { try ResolverChecker(self.resolvers).check(Key(key), expected.siblings) }
        for other in nodes.dropFirst() {
            let found = try self.look(at: key, other)
            guard !expected.hasExpired, !found.hasExpired else { continue }
            let name = String(decoding: key, as: UTF8.self)
            guard expected.siblings == found.siblings else {
                throw Finding(.convergence, "the siblings of \(name) on \(first.name) and \(other.name) differ")
            }
            guard expected.reading == found.reading, expected.value == found.value else {
                throw Finding(
                    .convergence, "readers of \(name) see different things on \(first.name) and \(other.name)")
            }
        }
    }

    private func look(
        at key: [UInt8], _ node: (name: String, replica: Replica)
    ) throws(Finding) -> (siblings: [Sibling], reading: Reading.Outcome, value: [UInt8], hasExpired: Bool) {
        do throws(ReplicaError) {
            var value: [UInt8] = []
            let reading = try node.replica.read(key.span, into: &value)
            let siblings = try node.replica.siblings(of: key.span).siblings
            let hasExpired = siblings.contains { $0.expiry.map { $0 <= self.latestWall } ?? false }
            return (siblings, reading.outcome, reading.isFound ? value : [], hasExpired)
        } catch {
            throw Finding(.convergence, "\(node.name) cannot read \(String(decoding: key, as: UTF8.self)): \(error)")
        }
    }
}
