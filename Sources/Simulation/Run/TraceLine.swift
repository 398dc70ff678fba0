package import Platform

/// One diagnostic of a simulated node.
package struct TraceLine: Hashable, Sendable {
    /// What the node is called.
    package let node: String
    /// Simulated time since the beginning.
    package let time: Delay
    package let record: TraceRecord

    /// Puts a line together.
    package init(node: String, time: Delay, record: TraceRecord) {
        self.node = node
        self.time = time
        self.record = record
    }
}
