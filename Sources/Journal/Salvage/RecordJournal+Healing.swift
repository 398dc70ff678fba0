import Causality
import DataModel
import Platform

/// A journal whose log was found damaged below what had been synced.
///
/// The damaged log is put aside, and a new one begun under a new peer ID. First all that the peers hold is received,
/// as by an empty node: so nothing that was deleted can come back, whatever the damage has hit. Then what is intact of
/// the damaged log is received too, record by record, by the same rule: what the peers have seen is ignored, what
/// nobody else has is kept.
extension RecordJournal {
    /// What became of a piece of the taking back.
    package enum RestoreStep: Hashable, Sendable {
        /// There is more, at once.
        case more
        /// The log has no room for the next record yet, or the disk does not give it this time.
        case waiting
        /// All is in the log; it counts when it is synced.
        case finished
    }

    /// Whether the damaged log is still there: what this node holds is not all that it once held.
    package var isHealing: Bool { self.salvaged != nil }

    /// Whether an operator accepts what is lost: then nobody needs to be waited for for ever.
    package var isLossAccepted: Bool { Quarantine.isAccepted(self.directory, files: self.files) }

    /// What was found in the damaged log; nil if there is none.
    package var salvage: SalvageReport? { self.salvaged.map { SalvageReport($0) } }

    /// Receives records of the damaged log, at most `count` keys' worth. Nobody may be told of this node's context
    /// until ``endHealing()``: members of a batch are taken back one by one.
    package func restoreMore(_ count: Int) throws(JournalError) -> RestoreStep {
        guard let salvaged = self.salvaged else { return .finished }
        var slots: [SlotID] = []
        salvaged.index.forEachSlot(from: self.restoredKey.map { .excluding($0) } ?? .unbounded) { slot in
            slots.append(slot)
            return slots.count < count
        }
        for slot in slots {
            for record in salvaged.index.records(of: slot) where !self.state.context.contains(record.dot) {
                let bytes: [UInt8]?
                do throws(JournalError) {
                    bytes = try salvaged.read(record)
                } catch {
                    guard !salvaged.mayTryAgain() else { return .waiting }
                    bytes = nil
                }
                guard let bytes else {
                    salvaged.renounce()
                    continue
                }
                guard try self.restore(bytes) else { return .waiting }
            }
            self.restoredKey = salvaged.index.key(of: slot)
        }
        guard slots.isEmpty else { return .more }
        guard self.admit(byteCount: self.joinBytes(context: salvaged.claims, floor: salvaged.floor)) == .now else {
            return .waiting
        }
        try self.join(context: salvaged.claims, floor: salvaged.floor)
        return .finished
    }

    /// Receives one record; false if the log has no room for it yet.
    private func restore(_ bytes: [UInt8]) throws(JournalError) -> Bool {
        var byteCount = RecordJournal.receptionBytes(recordLength: bytes.count)
        while true {
            guard self.admit(byteCount: byteCount) == .now else { return false }
            do throws(JournalError) {
                let reception = try self.receive(bytes, 0..<bytes.count)
                if !reception.isIgnored { self.restoredCount += 1 }
                return true
            } catch {
                guard case .notAdmitted(let needed) = error, needed > byteCount else { throw error }
                byteCount = needed
            }
        }
    }

    /// Removes the damaged log.
    ///
    /// - Precondition: ``restoreMore(_:)`` has finished, and everything is synced.
    package func endHealing() throws(JournalError) {
        precondition(self.log.syncedLSN == self.log.appendedLSN, "what was taken back is not synced")
        guard let salvaged = self.salvaged else { return }
        salvaged.close()
        try Quarantine.end(self.directory, files: self.files)
        self.salvaged = nil
    }
}
