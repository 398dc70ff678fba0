package import Replication

/// Every bounded queue of a node stays within its bound.
package struct QueueChecker {
    /// A checker; it keeps nothing.
    package init() {}

    /// - Throws: a finding about a queue that is longer than it may be.
    package func check(_ queues: [QueueLength], node: String) throws(Finding) {
        for queue in queues where queue.count > queue.limit {
            throw Finding(.queue, "\(node) has \(queue.count) \(queue.name), the limit is \(queue.limit)")
        }
    }
}
