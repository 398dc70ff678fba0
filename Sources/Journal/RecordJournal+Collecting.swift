package import Causality
import DataModel

/// The end of tombstones.
extension RecordJournal {
    /// Bytes of frames in one step, so that collecting never takes much of a turn or of a segment.
    private static let collectionBytes = 16 * 1024

    /// Looks at the keys in the next slots and drops those tombstones, and expired records, that every
    /// member is known to hold: nobody can bring back any more what they ended. No clock has a say in it.
    ///
    /// A tombstone goes only if this node itself has, durably, all earlier writes of its writer, and has
    /// seen everything that the tombstone replaced: DESIGN section 3, "Tombstones". Its dot joins the
    /// floor; after a crash both count or neither does.
    ///
    /// - Parameters:
    ///   - number: where to go on, as ``CollectionStep/next`` of the step before says; 0 to begin.
    ///   - maximum: slots to look at.
    ///   - isHeldByAll: whether each member's context, as it last said itself, covers the dot contiguously.
    /// - Returns: what was done. If the log has no room now, nothing was, and `next` is `number`.
    /// - Complexity: O(n) in `maximum` and the free slots stepped over.
    package func collectTombstones(
        from number: UInt32, maximum: Int, isHeldByAll: (Dot) -> Bool
    ) -> CollectionStep {
        var step = CollectionStep()
        var found: [(slot: SlotID, record: LiveRecord, frames: [GoneFrame])] = []
        var floor = VersionVector()
        var bytes = LogFormat.frameHeaderLength
        var looked = 0
        step.next = number
        while looked < maximum, bytes < RecordJournal.collectionBytes, let next = step.next {
            guard let slot = self.index.nextSlot(atOrAfter: next) else {
                step.next = nil
                break
            }
            step.next = slot.rawValue + 1
            looked += 1
            self.index.forEachRecord(of: slot) { record in
                guard record.isTombstone else { return }
                guard self.isCollectable(record), isHeldByAll(record.dot) else {
                    step.kept += 1
                    step.keptBytes += UInt64(LogFormat.frameHeaderLength) + UInt64(record.recordLength)
                    return
                }
                let frames = GoneFrame.frames(for: record, key: self.index.key(of: slot), index: self.index)
                bytes += frames.reduce(20) { $0 + $1.byteCount }
                floor.raise(record.dot.peer, to: record.dot.sequence)
                found.append((slot, record, frames))
            }
        }
        guard !found.isEmpty else { return step }
        guard self.drop(found, raising: floor.raising(self.state.floor), byteCount: bytes) else {
            step.next = number
            step.kept += found.count
            return step
        }
        step.collected = found.count
        return step
    }

    /// Whether this node itself lets the tombstone go: it has all earlier writes of its writer durably, and
    /// has seen all that the tombstone replaced.
    package func isCollectable(_ record: LiveRecord) -> Bool {
        guard self.synced.context[record.dot.peer].contiguous >= record.dot.sequence else { return false }
        return !record.hasContext || self.state.context.isSuperset(of: self.index.context(of: record))
    }

    /// Appends what says that the records are gone, and takes them out; false if the log has no room.
    private func drop(
        _ found: [(slot: SlotID, record: LiveRecord, frames: [GoneFrame])], raising floor: VersionVector, byteCount: Int
    ) -> Bool {
        var raised = self.state.floor
        raised.formUnion(floor)
        guard raised.entries.count <= DataLimits.contextPeers else { return false }
        let byteCount = byteCount + LogFormat.frameHeaderLength + floor.encodedBound
        guard !self.log.hasGroup, self.admit(byteCount: byteCount) == .now,
            (try? self.log.beginGroup(byteCount)) != nil
        else { return false }
        for frame in found.lazy.flatMap(\.frames) { self.log.append(frame) }
        if !floor.isEmpty { self.log.append(floor) }
        for (slot, record, _) in found { self.takeOut(record, from: slot) }
        self.log.endGroup()
        self.state.floor = raised
        return true
    }
}
