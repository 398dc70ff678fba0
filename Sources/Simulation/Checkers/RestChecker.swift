import Journal
import Replication

/// A cluster with nothing to do keeps nothing that it does not need: no queue, no waiter, no stream that the
/// node does not know, no file that nobody uses.
package struct RestChecker {
    /// A checker; it keeps nothing.
    package init() {}

    /// What is left over, in words; empty for a cluster at rest. A conversation may be under way at any
    /// moment, so it MUST be asked again for a while before anything is made of it.
    package func leftovers(in cluster: SimulatedCluster) -> [String] {
        cluster.nodes.flatMap { node -> [String] in
            guard let driver = node.driver else { return [] }
            var found = driver.leftovers
            let network = node.machine.network
            if network.openStreams != driver.openStreams {
                found.append("\(network.openStreams) streams open, \(driver.openStreams) of them known")
            }
            let files = node.machine.files.openFileCount
            let used = driver.replica.journal.openFileCount
            if files > used { found.append("\(files) files open, \(used) of them in use") }
            if node.hasWaiters { found.append("clients that wait to be told") }
            return found.map { "\(node.name): \($0)" }
        }
    }
}
