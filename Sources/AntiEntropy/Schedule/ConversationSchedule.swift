import Causality
package import Platform

/// Decides when to talk to which peer.
///
/// The pace follows write velocity: soon after writes, less and less often when nothing is found to
/// exchange. With an open conversation news goes there instead of to a new one. Every pause is varied
/// at random so that peers started together drift apart.
///
/// What peers are called by is a number and no type parameter: code that is generic over a type of another module
/// is not specialised for it, and this is asked in every turn.
///
/// - Invariant: `entries` is sorted by peer, each peer once.
package struct ConversationSchedule: Sendable {
    /// The number by which the caller knows a peer.
    package typealias Peer = UInt64

    /// What to do now.
    package enum Action: Sendable {
        /// Connect to this peer and begin a conversation. ``conversationEnded(with:_:at:random:)`` MUST
        /// follow, even if there was no connection.
        case talk(Peer)
        /// Tell the open conversation with this peer that there is news.
        case news(Peer)
    }

    private enum Activity: Sendable {
        case none
        /// This side is connecting or has connected; it counts against the limit.
        case begun
        /// The other side has connected.
        case accepted
    }

    private struct Entry: Sendable {
        let peer: Peer
        var activity = Activity.none
        /// When the peer should have been told; nil if there is nothing to tell.
        var news: Instant?
        /// When to talk although there is nothing to tell.
        var routine: Instant
        var interval: Delay
        var failures: UInt64 = 0
        /// Whether there was a conversation yet: equal states do not make up for an introduction.
        var hasTalked = false
        /// Not to be tried earlier, after a failure.
        var notBefore = Instant(nanoseconds: 0)

        /// When something is to be done about this peer.
        var due: Instant {
            switch self.activity {
            case .none: max(self.notBefore, min(self.news ?? .distantFuture, self.routine))
            case .begun, .accepted: self.news ?? .distantFuture
            }
        }
    }

    private let limits: ScheduleLimits
    private var entries: [Entry] = []
    /// When local writes that no entry has been told of yet are due: writing costs O(1), however many peers.
    private var localNews: Instant?
    private var talksBegun = 0
    /// When to call ``tick(at:)`` next; nil if only an input can change anything.
    ///
    /// Kept up to date by every input, for it is asked for far more often than anything changes it.
    package private(set) var nextDeadline: Instant?

    /// A schedule without peers.
    package init(limits: ScheduleLimits = ScheduleLimits()) {
        self.limits = limits
    }

    /// The peers scheduled for, in order.
    package var peers: [Peer] {
        self.entries.map(\.peer)
    }

    /// A write was made here.
    ///
    /// - Complexity: O(1).
    package mutating func localWrite(at now: Instant) {
        guard self.localNews == nil else { return }
        let due = now + self.limits.localNews
        self.localNews = due
        self.nextDeadline = min(self.nextDeadline ?? .distantFuture, due)
    }

    /// Records have come from `source`, and other peers may lack them. nil stands for all peers.
    package mutating func remoteNews(from source: Peer?, at now: Instant) {
        defer { self.noteDeadline() }
        let due = now + self.limits.remoteNews
        for index in self.entries.indices where self.entries[index].peer != source {
            self.addNews(index, due)
        }
    }

    /// A peer's context turned out to hold all that this node has: it need not be told.
    package mutating func hasCaughtUp(_ peer: Peer) {
        guard let index = self.index(of: peer), self.entries[index].news != nil else { return }
        self.entries[index].news = nil
        self.noteDeadline()
    }

    /// A peer can be talked to from now on. It is called at once, give or take a little.
    package mutating func peerFound(_ peer: Peer, at now: Instant, random: UInt64) {
        let index = self.insertionIndex(of: peer)
        guard index == self.entries.count || self.entries[index].peer != peer else { return }
        let start = now + Delay(nanoseconds: random % max(1, self.limits.difference.nanoseconds))
        let entry = Entry(peer: peer, routine: start, interval: self.limits.minimumInterval)
        self.entries.insert(entry, at: index)
        self.noteDeadline()
    }

    /// A peer is not to be talked to any more.
    package mutating func peerLost(_ peer: Peer) {
        guard let index = self.index(of: peer) else { return }
        self.release(index)
        self.entries.remove(at: index)
        self.noteDeadline()
    }

    /// Two names turned out to be one peer's: what is known of `old` is now about `peer`.
    package mutating func peerIdentified(_ old: Peer, as peer: Peer, at now: Instant) {
        guard old != peer, let oldIndex = self.index(of: old) else { return }
        defer { self.noteDeadline() }
        let entry = self.entries.remove(at: oldIndex)
        let index = self.insertionIndex(of: peer)
        if index < self.entries.count, self.entries[index].peer == peer {
            if let news = entry.news { self.addNews(index, news) }
            switch (entry.activity, self.entries[index].activity) {
            case (.none, _): break
            case (.begun, .none), (.accepted, .none): self.entries[index].activity = entry.activity
            case (.begun, .begun), (.begun, .accepted): self.talksBegun -= 1
            case (.accepted, .begun), (.accepted, .accepted): break
            }
        } else {
            let renamed = Entry(
                peer: peer, activity: entry.activity, news: entry.news, routine: entry.routine,
                interval: entry.interval, failures: entry.failures, hasTalked: entry.hasTalked,
                notBefore: entry.notBefore)
            self.entries.insert(renamed, at: index)
        }
    }

    /// Whether a conversation with the peer is open, or being connected for.
    package func isTalking(to peer: Peer) -> Bool {
        guard let index = self.index(of: peer) else { return false }
        switch self.entries[index].activity {
        case .none: return false
        case .begun, .accepted: return true
        }
    }

    /// The peer has connected and its greeting was accepted.
    package mutating func conversationAccepted(from peer: Peer, at now: Instant) {
        guard let index = self.index(of: peer) else { return }
        self.entries[index].failures = 0
        switch self.entries[index].activity {
        case .none:
            self.entries[index].activity = .accepted
            self.entries[index].news = nil
            self.noteDeadline()
        case .begun, .accepted:
            break
        }
    }

    /// The conversation with the peer goes on for as long as both live: it does not count against the limit.
    package mutating func conversationKept(with peer: Peer) {
        guard let index = self.index(of: peer), case .begun = self.entries[index].activity else { return }
        self.talksBegun -= 1
        self.entries[index].activity = .accepted
        self.noteDeadline()
    }

    /// The only, or last, conversation with the peer has ended.
    ///
    /// - Parameters:
    ///   - hasNews: whether it ended with something still to tell.
    ///   - random: any 64 bits, for the variation of the next pause.
    package mutating func conversationEnded(
        with peer: Peer, _ result: TalkResult, hasNews: Bool, at now: Instant, random: UInt64
    ) {
        guard let index = self.index(of: peer) else { return }
        defer { self.noteDeadline() }
        self.release(index)
        if hasNews { self.addNews(index, now) }
        switch result {
        case .parted(let exchanged):
            self.entries[index].hasTalked = true
            let minimum = self.limits.minimumInterval
            let interval = exchanged ? minimum : self.entries[index].interval
            self.entries[index].interval = exchanged ? minimum : min(interval * 2, self.limits.maximumInterval)
            self.entries[index].routine = now + self.varied(interval, random)
            self.entries[index].failures = 0
            self.entries[index].notBefore = now
        case .busy:
            self.retry(index, at: now + self.varied(self.limits.minimumBackoff, random))
        case .failed:
            let doublings = min(self.entries[index].failures, 32)
            let backoff = min(self.limits.minimumBackoff * (1 << doublings), self.limits.maximumBackoff)
            self.entries[index].failures += 1
            self.retry(index, at: now + self.varied(backoff, random))
        }
    }

    /// There is reason to believe that the peer can be reached again: its link was healed, or the like.
    package mutating func peerReturned(_ peer: Peer, at now: Instant) {
        guard let index = self.index(of: peer) else { return }
        self.entries[index].failures = 0
        self.retry(index, at: now)
        self.noteDeadline()
    }

    /// A beacon of the peer was heard; `isEqual` is whether its state hash is this node's.
    ///
    /// Equal peers keep quiet. One that differs is called soon: either it has something, or its beacon
    /// crossed with the news.
    package mutating func beacon(from peer: Peer, isEqual: Bool, at now: Instant, random: UInt64) {
        guard let index = self.index(of: peer) else { return }
        switch self.entries[index].activity {
        case .begun, .accepted:
            break
        case .none:
            defer { self.noteDeadline() }
            // A peer that has failed and is heard again has come back.
            self.entries[index].notBefore = min(
                self.entries[index].notBefore, now + self.varied(self.limits.minimumInterval, random))
            if isEqual {
                guard self.entries[index].hasTalked else { return }
                self.entries[index].news = nil
                self.entries[index].routine = now + self.varied(self.limits.maximumInterval, random)
            } else {
                let pause = self.limits.difference.nanoseconds
                let due = now + Delay(nanoseconds: pause + random % max(1, pause))
                self.entries[index].routine = min(self.entries[index].routine, due)
                self.entries[index].interval = self.limits.minimumInterval
            }
        }
    }

    /// Returns what is due at `now`: the most urgent first, equally urgent ones in the peers' order.
    package mutating func tick(at now: Instant) -> [Action] {
        guard let next = self.nextDeadline, next <= now else { return [] }
        defer { self.noteDeadline() }
        if let due = self.localNews, due <= now {
            self.localNews = nil
            for index in self.entries.indices { self.addNews(index, due) }
        }
        var actions: [Action] = []
        var due: [(at: Instant, index: Int)] = []
        for index in self.entries.indices where self.entries[index].due <= now {
            due.append((self.entries[index].due, index))
        }
        if due.count > 1 { due.sort { $0.at == $1.at ? $0.index < $1.index : $0.at < $1.at } }
        for (_, index) in due {
            switch self.entries[index].activity {
            case .begun, .accepted:
                self.entries[index].news = nil
                actions.append(.news(self.entries[index].peer))
            case .none:
                guard self.talksBegun < self.limits.concurrentTalks else { continue }
                self.talksBegun += 1
                self.entries[index].activity = .begun
                self.entries[index].news = nil
                actions.append(.talk(self.entries[index].peer))
            }
        }
        return actions
    }

    /// - Complexity: O(n) in the peers.
    private mutating func noteDeadline() {
        var next = self.localNews ?? .distantFuture
        let isFull = self.talksBegun >= self.limits.concurrentTalks
        for entry in self.entries {
            switch entry.activity {
            case .none: if !isFull { next = min(next, entry.due) }
            case .begun, .accepted: next = min(next, entry.due)
            }
        }
        self.nextDeadline = next == .distantFuture ? nil : next
    }

    private mutating func addNews(_ index: Int, _ due: Instant) {
        self.entries[index].news = min(self.entries[index].news ?? .distantFuture, due)
    }

    /// The next attempt is due at `instant`, news or not: the failed one may have been told of some.
    private mutating func retry(_ index: Int, at instant: Instant) {
        self.entries[index].notBefore = instant
        self.entries[index].routine = min(self.entries[index].routine, instant)
    }

    private mutating func release(_ index: Int) {
        switch self.entries[index].activity {
        case .begun: self.talksBegun -= 1
        case .none, .accepted: break
        }
        self.entries[index].activity = .none
    }

    /// Three to five quarters of `delay`.
    private func varied(_ delay: Delay, _ random: UInt64) -> Delay {
        let half = delay.nanoseconds / 2
        return Delay(nanoseconds: delay.nanoseconds - half / 2 + random % max(1, half))
    }

    private func insertionIndex(of peer: Peer) -> Int {
        self.entries.partitionPoint { $0.peer < peer }
    }

    private func index(of peer: Peer) -> Int? {
        let index = self.insertionIndex(of: peer)
        return index < self.entries.count && self.entries[index].peer == peer ? index : nil
    }
}
