import Causality
import DataModel
import Journal
import Platform
import Replication

/// A reader of change feeds: keeps a copy of the keys it watches, and how far it has come.
final class Watcher {
    private let cluster: SimulatedCluster
    private var random: SimulationRandom
    /// Where it reads.
    private var node: SimulatedNode
    private var disk = 0
    private var process = 0
    private var feed: ChangeFeed?
    private var checker = FeedChecker()
    /// The context of the last change that was dealt with.
    private var position = CausalContext()
    /// What was told of each key last; nothing under a key that is gone.
    private var copy: [[UInt8]: [UInt8]] = [:]
    /// Changes that have not been dealt with.
    private var received: [KeyChange] = []
    private var isSettled = false
    /// How often it had to begin anew with nothing.
    private(set) var restarts = 0

    private static let prefix = Array("watch/".utf8)
    private static let end = Array("watch0".utf8)
    private static let patience = Delay.milliseconds(50)

    init(at number: Int, in cluster: SimulatedCluster, _ random: SimulationRandom) {
        self.cluster = cluster
        self.node = cluster.nodes[number]
        self.random = random
    }

    /// Begins to read.
    func start() { self.goOn() }

    /// From now on it stays where it is, and is quick.
    func settle() { self.isSettled = true }

    /// Whether it waits, and nothing is there that it has not been told.
    var isAtRest: Bool {
        guard let feed, let replica = self.node.replica, self.received.isEmpty else { return false }
        return self.process == self.node.starts && feed.isWaiting && feed.hasToldAll(of: replica)
    }

    /// Compares the copy with what readers see.
    ///
    /// - Throws: a finding about a key that is not as it was told last.
    func checkCopy() throws(Finding) {
        let client = SimulatedClient(of: self.node, in: self.cluster)
        for key in self.cluster.history.keys where key.starts(with: Watcher.prefix) {
            let value = client.value(of: Key(key))
            guard value != self.copy[key], !self.isExcused(key) else { continue }
            throw Finding(
                .feed,
                "a reader of the feed of \(self.node.name) was told last of \(Key(key)): "
                    + "\(Watcher.text(self.copy[key])), and there is: \(Watcher.text(value))",
                client.tips(of: Key(key)).map(\.dot))
        }
    }

    /// Whether a write of the key may be lost with its only holder's disk, after it had been told.
    private func isExcused(_ key: [UInt8]) -> Bool {
        let history = self.cluster.history
        guard let number = history.number(of: key) else { return true }
        return history.writesOfKey[number].contains { history.writes[$0].isExcused }
    }

    private static func text(_ value: [UInt8]?) -> String {
        value.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
    }

    private func goOn(after pause: Delay = .zero) {
        self.cluster.scheduler.schedule(after: pause, .workload) { [unowned self] in
            guard self.received.isEmpty else { return self.dealWithChanges() }
            self.ask()
        }
    }

    private func ask() {
        if !self.isSettled, self.random.chance(0.05) { self.move() }
        guard self.node.isServing else {
            self.feed = nil
            return self.goOn(after: Watcher.patience)
        }
        let isAsked: Void? = self.node.perform { replica in
            let feed = self.openFeed(replica)
            feed.ask(replica) { [weak self] in self?.take($0) }
        }
        if isAsked == nil { self.goOn(after: Watcher.patience) }
    }

    private func openFeed(_ replica: Replica) -> ChangeFeed {
        if self.disk != self.node.disk { self.checker.moveOn() }
        if let feed = self.feed, self.process == self.node.starts { return feed }
        let feed = ChangeFeed(
            from: .including(Watcher.prefix), to: .excluding(Watcher.end), since: self.position, in: replica.journal,
            batchLength: 200)
        self.checker.open(since: self.position, durable: replica.journal.syncedContext)
        self.node.open(feed)
        self.feed = feed
        self.process = self.node.starts
        self.disk = self.node.disk
        return feed
    }

    /// Reads on from another node.
    private func move() {
        self.closeFeed()
        self.node = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
        self.checker.moveOn()
    }

    private func closeFeed() {
        if let feed { self.node.close(feed) }
        self.feed = nil
    }

    private func take(_ answer: Result<[KeyChange]?, ChangeFeedError>) {
        switch answer {
        case .success(let changes):
            for change in changes ?? [] {
                self.cluster.check { () throws(Finding) in
                    try self.checker.check(change, node: self.node.name, self.cluster.history)
                }
            }
            self.received = changes ?? []
            self.goOn(after: self.isSettled ? .zero : .milliseconds(self.random.below(UInt64(20))))
        case .failure(.outdated):
            self.closeFeed()
            self.restarts += 1
            self.position = CausalContext()
            self.copy = [:]
            self.checker.moveOn()
            self.goOn()
        case .failure(.replica), .failure(.closed):
            self.closeFeed()
            self.goOn(after: Watcher.patience)
        }
    }

    /// Deals with what was told; sometimes with a part of it only, and then it resumes behind that.
    private func dealWithChanges() {
        let isForgetful = !self.isSettled && self.random.chance(0.2)
        let count = isForgetful ? self.random.below(self.received.count + 1) : self.received.count
        for change in self.received.prefix(count) {
            self.copy[change.key] = change.value
            self.position = change.context
        }
        self.received = []
        if isForgetful { self.closeFeed() }
        self.ask()
    }
}
