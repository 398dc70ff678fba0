import Causality
import DataModel
import Journal

/// All that a store claims and holds, to be compared.
struct StoreState: Hashable {
    var context: CausalContext
    var floor: VersionVector
    /// Live records in the order of their dots.
    var records: [Record]

    init(context: CausalContext, floor: VersionVector, records: [Record]) {
        self.context = context
        self.floor = floor
        self.records = records.sorted { $0.dot < $1.dot }
    }

    init(_ journal: RecordJournal) throws {
        var records: [Record] = []
        var next: UInt32 = 0
        while let slot = journal.index.nextSlot(atOrAfter: next) {
            next = slot.rawValue + 1
            for record in journal.index.records(of: slot) { records.append(try journal.readRecord(record)) }
        }
        self.init(context: journal.context, floor: journal.floor, records: records)
    }
}
