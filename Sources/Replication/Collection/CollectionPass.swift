import Causality
import Platform

/// When to walk over the index for tombstones that can go, and how far a walk has come.
///
/// A walk is begun when there are tombstones and something has changed that could let one go: what a
/// member holds, or what is synced here. It goes on in steps, one a turn; between two walks is a pause.
struct CollectionPass {
    /// Slots looked at in one turn.
    static let slotsPerTurn = 4_096

    private(set) var next: UInt32?
    private var notBefore: Instant
    private var isWanted = true
    private let pause: Delay
    /// Tombstones that the walk under way has kept so far.
    private var kept = 0
    /// Per member how many of them wait for it; each member once, sorted.
    private var waiting: [(peer: PeerID, count: Int)] = []
    private var keptBytes: UInt64 = 0
    /// Bytes of the log that the tombstones took which the last whole walk kept.
    private(set) var keptBytesLast: UInt64 = 0
    /// Tombstones that the last whole walk kept.
    private(set) var keptLast = 0
    /// Per member how many of them waited for it first of all.
    private(set) var waitingLast: [(peer: PeerID, count: Int)] = []

    init(pause: Delay, at now: Instant) {
        self.pause = pause
        self.notBefore = now + pause
    }

    /// Something has changed that may let a tombstone go.
    mutating func want() { self.isWanted = true }

    /// The slot to go on with; nil if nothing is to be done now.
    mutating func begin(at now: Instant) -> UInt32? {
        if let next = self.next { return next }
        guard self.isWanted, now >= self.notBefore else { return nil }
        self.isWanted = false
        self.kept = 0
        self.keptBytes = 0
        self.waiting = []
        self.next = 0
        return 0
    }

    /// The walk has met a tombstone that waits for this member.
    mutating func noteWaiting(for peer: PeerID) {
        let index = self.waiting.partitionPoint { $0.peer < peer }
        if index < self.waiting.count, self.waiting[index].peer == peer {
            self.waiting[index].count += 1
        } else {
            self.waiting.insert((peer, 1), at: index)
        }
    }

    /// A step is over: it has kept so many, and the walk goes on from `next`, or has ended.
    mutating func stepped(kept: Int, bytes: UInt64, next: UInt32?, at now: Instant) {
        self.kept += kept
        self.keptBytes += bytes
        self.next = next
        guard next == nil else { return }
        self.keptLast = self.kept
        self.keptBytesLast = self.keptBytes
        self.waitingLast = self.waiting
        self.notBefore = now + self.pause
    }

    /// The step could not be done now: the walk begins anew after the pause.
    mutating func putOff(at now: Instant) {
        self.next = nil
        self.isWanted = true
        self.notBefore = now + self.pause
    }

    /// When the next step is due.
    func deadline(at now: Instant) -> Instant {
        if self.next != nil { return now }
        return self.isWanted ? self.notBefore : .distantFuture
    }
}
