/// A node's events, beginning with a snapshot. Ends when the node closes.
///
/// A reader that falls more than 1,024 events behind is told how many it ``NodeEvent/missed(_:)``.
public struct NodeEvents: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = NodeEvent
    /// The sequence ends, and never fails.
    public typealias Failure = Never

    let node: Node

    /// Begins to listen: what happens from now on is kept for this reader.
    public func makeAsyncIterator() -> Iterator {
        Iterator(node: self.node, listener: EventListener(hub: self.node.eventHub))
    }

    /// One reader of the events.
    public struct Iterator: AsyncIteratorProtocol {
        let node: Node
        let listener: EventListener
        var hasBegun = false

        /// The next event; nil when the node has closed or the task is cancelled.
        public mutating func next() async -> NodeEvent? {
            await self.next(isolation: nil)
        }

        /// The next event; nil when the node has closed or the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> NodeEvent? {
            if !self.hasBegun {
                self.hasBegun = true
                guard let status = try? await self.node.status() else { return nil }
                return .snapshot(status)
            }
            return await self.listener.next()
        }
    }
}

/// Listens as long as it lives.
final class EventListener: Sendable {
    private let hub: EventHub
    private let id: UInt64

    init(hub: EventHub) {
        self.hub = hub
        self.id = hub.addListener()
    }

    deinit {
        self.hub.removeListener(self.id)
    }

    func next() async -> NodeEvent? {
        await self.hub.next(for: self.id)
    }
}
