import DataModel
import Journal
import Platform
import PosixPlatform
import Replication

/// A node's thread: waits for events and requests, and gives the driver its turns.
final class NodeLoop {
    private struct Waiter {
        var lsn: UInt64
        var release: (Result<Void, NodeError>) -> Void
    }

    let environment: PosixEnvironment
    let driver: ReplicaDriver<PosixEnvironment>
    let events: EventHub
    private let mailbox: Mailbox<NodeRequest>
    private var incoming: [NodeRequest] = []
    /// Requests that must be tried again: the log had no room, or the first conversations go on.
    private var postponed: [NodeRequest] = []
    private var waiters: [Waiter] = []
    private var feeds: [UInt64: ChangeFeed] = [:]
    private var feedOrder: [UInt64] = []
    private var nextFeed: UInt64 = 1
    /// Whether clients could be served when requests were taken last.
    private var wasServing = false
    /// How often requests that wait should have been asked again when they last were.
    private var stirs: UInt64 = 0
    private var stopDeadline: Instant?
    /// What it was configured to want of the cluster.
    private var wish: ModeWish

    init(
        environment: PosixEnvironment, driver: ReplicaDriver<PosixEnvironment>, mailbox: Mailbox<NodeRequest>,
        events: EventHub, wish: ModeWish
    ) {
        self.environment = environment
        self.driver = driver
        self.mailbox = mailbox
        self.events = events
        self.wish = wish
        let told = driver.replica.onEvent
        driver.replica.onEvent = { event in
            told(event)
            events.emit(NodeEvent(event))
        }
    }

    var replica: Replica { self.driver.replica }

    /// Runs until the node has stopped; returns why, if it was not asked to.
    func run() -> NodeError? {
        while true {
            self.environment.wait(until: self.deadline)
            self.takeRequests()
            self.wish.advance(self.replica)
            self.driver.turn()
            self.releaseWaiters()
            self.serveFeeds()
            if let stopDeadline, self.driver.isDrained || self.environment.now >= stopDeadline { break }
        }
        self.awaitStorage()
        return self.end()
    }

    /// The log cannot be closed while a job works on it. A stuck disk is not waited for for ever.
    private func awaitStorage() {
        let deadline = self.environment.now + .seconds(5)
        while self.replica.journal.isFlushing, self.environment.now < deadline {
            self.environment.wait(until: deadline)
            self.driver.turn()
            self.releaseWaiters()
        }
    }

    /// Begins to stop; whatever is not answered by then is refused.
    func stop(within delay: Delay) {
        let deadline = self.environment.now + delay
        self.stopDeadline = min(self.stopDeadline ?? deadline, deadline)
        self.driver.drain()
    }

    /// Calls `release` when the log is synced up to `lsn`, or has failed.
    func whenAcknowledged(_ lsn: UInt64, _ release: @escaping (Result<Void, NodeError>) -> Void) {
        if self.replica.isAcknowledged(lsn) {
            release(.success(()))
        } else {
            self.waiters.append(Waiter(lsn: lsn, release: release))
        }
    }

    func open(_ feed: ChangeFeed) -> UInt64 {
        let id = self.nextFeed
        self.nextFeed += 1
        self.feeds[id] = feed
        self.feedOrder.append(id)
        return id
    }

    func feed(_ id: UInt64) -> ChangeFeed? {
        self.feeds[id]
    }

    func closeFeed(_ id: UInt64) {
        self.feeds[id] = nil
        self.feedOrder.removeAll { $0 == id }
    }

    private var deadline: Instant {
        // What was postponed until the first conversations were over is not left to wait for an event.
        if !self.postponed.isEmpty, !self.wasServing, self.replica.isServing { return self.environment.now }
        if !self.postponed.isEmpty, self.stirs != self.replica.stirs { return self.environment.now }
        if self.feedOrder.contains(where: { self.feeds[$0]?.wantsTurn ?? false }) { return self.environment.now }
        let own = self.stopDeadline ?? .distantFuture
        return min(min(own, self.wish.deadline), self.driver.deadline)
    }

    private func takeRequests() {
        self.replica.beginTurn(now: self.environment.now, wallNow: self.environment.wallNow)
        if !self.postponed.isEmpty {
            swap(&self.incoming, &self.postponed)
        }
        self.mailbox.drain(into: &self.incoming)
        self.wasServing = self.replica.isServing
        self.stirs = self.replica.stirs
        for var request in self.incoming {
            request.askedTurn = request.askedTurn ?? self.replica.turn
            self.replica.requestTurn = request.askedTurn ?? self.replica.turn
            if !request.run(self) { self.postponed.append(request) }
        }
        self.incoming.removeAll(keepingCapacity: true)
    }

    private func releaseWaiters() {
        guard !self.waiters.isEmpty else { return }
        let failure = self.replica.journal.failure.map(NodeError.init)
        let unresolved = self.replica.hasUnresolved ? NodeError.unresolved : nil
        var rest: [Waiter] = []
        var done: [(Waiter, Result<Void, NodeError>)] = []
        for waiter in self.waiters {
            if self.replica.isAcknowledged(waiter.lsn) {
                done.append((waiter, .success(())))
            } else if let failure = failure ?? unresolved {
                done.append((waiter, .failure(failure)))
            } else {
                rest.append(waiter)
            }
        }
        self.waiters = rest
        for (waiter, result) in done { waiter.release(result) }
    }

    private func serveFeeds() {
        for id in self.feedOrder { self.feeds[id]?.serve(self.replica) }
    }

    /// Closes everything and answers everyone.
    private func end() -> NodeError? {
        var failure: NodeError?
        do throws(JournalError) {
            try self.driver.close()
        } catch {
            failure = NodeError(error)
        }
        self.replica.endWaits()
        self.releaseWaiters()
        let closed = NodeError(code: .closed, message: "the node is closed.")
        for waiter in self.waiters { waiter.release(.failure(failure ?? closed)) }
        self.waiters.removeAll()
        for id in self.feedOrder { self.feeds[id]?.end(.closed) }
        self.feeds.removeAll()
        for request in self.postponed + self.mailbox.close() { request.refuse(closed) }
        self.events.finish()
        self.environment.close()
        return failure
    }
}
