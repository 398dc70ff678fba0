package import Causality

/// A place in the stream of synced live records whose dots a reader lacks.
///
/// The stream is made in passes. A pass has the synced context of its start as target and visits the
/// records in it that the reader lacks, one peer's in sequence order. A record that was replaced
/// meanwhile is not met any more; its replacement is, in this pass or a later one. When a pass ends
/// and nothing new has been synced, the reader has all that the target claims, or successors.
///
/// The cursor is a value: where it stands is all there is, and nothing need be closed.
package struct TailCursor: Sendable {
    /// The dots the reader has, or need not get any more.
    package internal(set) var done: CausalContext
    /// Whether the stream is all live records of one cut; see ``TailProgress/floorMoved``.
    package let isSnapshot: Bool
    /// Records streamed so far.
    package internal(set) var visited = 0

    /// The floor when the stream began.
    let floor: VersionVector
    /// The target of the pass under way.
    var target: CausalContext?
    /// What the pass has still to visit, the last first.
    var missing: [(peer: PeerID, range: ClosedRange<UInt64>)] = []
    /// The peer whose last streamed record belongs to a batch that goes on.
    var batchPeer: PeerID?
    var window: ReadWindow

    init(done: CausalContext, isSnapshot: Bool, floor: VersionVector, readAhead: Int) {
        self.done = done
        self.isSnapshot = isSnapshot
        self.floor = floor
        self.window = ReadWindow(maximum: readAhead)
    }

    mutating func beginPass(_ target: CausalContext) {
        self.target = target
        self.missing = []
        for (peer, ranges) in target.subtracting(self.done) {
            for range in ranges { self.missing.append((peer, range)) }
        }
        self.missing.reverse()
    }

    /// Steps over everything up to `sequence` of the range being visited.
    mutating func step(past sequence: UInt64) {
        guard let (peer, range) = self.missing.popLast() else { return }
        if sequence < range.upperBound { self.missing.append((peer, (sequence + 1)...range.upperBound)) }
    }

    /// Ends the pass.
    mutating func endPass() {
        if let target = self.target { self.done.formUnion(target) }
        self.target = nil
        self.batchPeer = nil
    }
}
