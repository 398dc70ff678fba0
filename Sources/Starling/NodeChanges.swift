import Causality
import PosixPlatform
import Replication

/// The keys of a range as they change; ends only with an error, when the node closes, or when the
/// task is cancelled.
public struct NodeChanges: AsyncSequence, Sendable {
    /// A key that changed.
    public typealias Element = Change
    /// What ends the sequence.
    public typealias Failure = NodeError

    let node: Node
    let range: KeyRange
    let context: CausalContext

    /// Begins behind the context that the sequence was made with.
    public func makeAsyncIterator() -> Iterator {
        Iterator(subscription: ChangeSubscription(node: self.node, range: self.range, context: self.context))
    }

    /// A place in the feed.
    public struct Iterator: AsyncIteratorProtocol {
        let subscription: ChangeSubscription
        /// Changes received, the next one last.
        var received: [Change] = []

        /// The next change, once there is one; nil when the task is cancelled.
        public mutating func next() async throws(NodeError) -> Change? {
            try await self.next(isolation: nil)
        }

        /// The next change, once there is one; nil when the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(NodeError) -> Change? {
            while self.received.isEmpty {
                guard let batch = try await self.subscription.next() else { return nil }
                self.received = batch.reversed()
            }
            return self.received.popLast()
        }
    }
}

/// One reader's place in the feed, as long as it lives.
///
/// Sendable because its state is only touched under the lock.
final class ChangeSubscription: @unchecked Sendable {
    private let node: Node
    private let range: KeyRange
    private let context: CausalContext
    private let lock = Lock()
    private var feed: UInt64?
    private var isCancelled = false

    init(node: Node, range: KeyRange, context: CausalContext) {
        self.node = node
        self.range = range
        self.context = context
    }

    deinit {
        self.end()
    }

    /// The next changes, at least one; nil when the task is cancelled.
    func next() async throws(NodeError) -> [Change]? {
        let result: Result<[Change]?, NodeError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (range, context) = (self.range, self.context)
                let request = NodeRequest(
                    run: { [self] loop in
                        let (id, isCancelled) = self.lock.withLock { (self.feed, self.isCancelled) }
                        guard !isCancelled else {
                            continuation.resume(returning: .success(nil))
                            return true
                        }
                        let feed: ChangeFeed
                        if let id, let known = loop.feed(id) {
                            feed = known
                        } else {
                            let bounds = range.bounds(after: nil, descending: false)
                            feed = ChangeFeed(
                                from: bounds.lower, to: bounds.upper, since: context, in: loop.replica.journal)
                            let id = loop.open(feed)
                            let isLate = self.lock.withLock {
                                self.feed = id
                                return self.isCancelled
                            }
                            // Whoever cancelled meanwhile knew of no feed to close.
                            guard !isLate else {
                                loop.closeFeed(id)
                                continuation.resume(returning: .success(nil))
                                return true
                            }
                        }
                        feed.ask(loop.replica) { answer in
                            continuation.resume(
                                returning: answer.map { $0?.map(Change.init) }.mapError(NodeError.init))
                        }
                        return true
                    },
                    refuse: { continuation.resume(returning: .failure($0)) })
                self.node.submit(request)
            }
        } onCancel: {
            self.end()
        }
        return try result.get()
    }

    /// Closes the feed on the node's thread; a reader that waits gets nil.
    private func end() {
        let id = self.lock.withLock {
            self.isCancelled = true
            return self.feed
        }
        guard let id else { return }
        self.node.post { loop in
            loop.feed(id)?.cancel()
            loop.closeFeed(id)
            return true
        }
    }
}
