package import Causality
package import Platform

/// What a leader knows of one other member's log.
///
/// - Invariant: `match < next`.
package struct FollowerProgress: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// It is not known where the logs part; one message at a time asks. The last entry in the one that no answer
        /// has come to; nil if none is under way.
        case probing(sentThrough: UInt64?)
        /// Entries flow ahead of their answers, as far as the credit goes.
        case streaming
        /// A snapshot is on its way.
        case receivingSnapshot(since: Instant)
    }

    package let peer: PeerID
    package internal(set) var state: State
    /// Entries up to here are on its disk.
    package internal(set) var match: UInt64
    /// The next entry to send.
    package internal(set) var next: UInt64
    /// When it last answered anything.
    package internal(set) var heardAt: Instant
    /// The latest round it answered.
    var round: UInt64 = 0
    /// When its log last grew, or the first of the unanswered entries was sent.
    var progressedAt: Instant

    init(peer: PeerID, next: UInt64, at now: Instant) {
        self.peer = peer
        self.state = .probing(sentThrough: nil)
        self.match = 0
        self.next = next
        self.heardAt = now
        self.progressedAt = now
    }

    /// Whether entries are on their way.
    var isAwaited: Bool { self.next > self.match + 1 }

    /// Its log holds the entries up to `index`. Old news is no news.
    mutating func matched(_ index: UInt64, at now: Instant) {
        if index > self.match {
            self.match = index
            self.progressedAt = now
        }
        self.next = max(self.next, self.match + 1)
        switch self.state {
        case .probing(let sentThrough):
            // It has taken what the question carried, though that may not be on its disk yet.
            if let sentThrough { self.next = max(self.next, sentThrough + 1) }
            self.state = .streaming
        case .streaming: break
        case .receivingSnapshot: break
        }
    }

    /// Asks anew where the logs part, from what is known for certain.
    mutating func probe(from next: UInt64) {
        self.next = max(next, self.match + 1)
        self.state = .probing(sentThrough: nil)
    }
}
