/// How much waits in one of a node's queues, and how much may.
package struct QueueLength: Hashable, Sendable {
    /// What is counted, in the plural.
    package let name: String
    package let count: Int
    package let limit: Int

    package init(_ name: String, _ count: Int, limit: Int) {
        self.name = name
        self.count = count
        self.limit = limit
    }
}
