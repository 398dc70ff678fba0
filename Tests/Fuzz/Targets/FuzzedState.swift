import Causality
import DataModel
import Journal

/// All that a store claims and holds, to be compared.
struct FuzzedState: Hashable {
    var context: CausalContext
    var floor: VersionVector
    /// Live records in the order of their dots.
    var records: [Record]

    /// Reads all records.
    init(_ journal: RecordJournal) throws {
        var records: [Record] = []
        var next: UInt32 = 0
        while let slot = journal.index.nextSlot(atOrAfter: next) {
            next = slot.rawValue + 1
            for record in journal.index.records(of: slot) { records.append(try journal.readRecord(record)) }
        }
        self.context = journal.context
        self.floor = journal.floor
        self.records = records.sorted { $0.dot < $1.dot }
    }
}
