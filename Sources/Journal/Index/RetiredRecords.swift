import Causality

/// Records that were replaced by something not synced yet, in the order of their replacement.
///
/// Most are released again before anyone asks for them, so they enter the lookup table only at the next lookup.
struct RetiredRecords {
    private struct Entry {
        var record: LiveRecord
        /// The LSN that must be synced before the record may be forgotten.
        let until: UInt64
    }

    private var entries: [Entry] = []
    /// How many of the first entries have been released.
    private var released = 0
    /// The number, counted from the first record ever retired, of the first of `entries`.
    private var firstNumber = 0
    /// One more than the number of the last entry in `numbers`.
    private var lookupEnd = 0
    /// The entries' numbers by dot; only ever looked up.
    private var numbers: [Dot: Int] = [:]

    var count: Int {
        self.entries.count - self.released
    }

    mutating func append(_ record: LiveRecord, until lsn: UInt64) {
        self.entries.append(Entry(record: record, until: lsn))
    }

    /// Returns the retired record of that dot.
    mutating func record(_ dot: Dot) -> LiveRecord? {
        self.index(of: dot).map { self.entries[$0].record }
    }

    /// Notes that the retired record of that dot lies elsewhere now; false if there is none.
    mutating func relocate(_ dot: Dot, to lsn: UInt64) -> Bool {
        guard let index = self.index(of: dot) else { return false }
        self.entries[index].record.lsn = lsn
        return true
    }

    private mutating func index(of dot: Dot) -> Int? {
        let end = self.firstNumber + self.entries.count
        for number in max(self.lookupEnd, self.firstNumber + self.released)..<max(self.lookupEnd, end) {
            self.numbers[self.entries[number - self.firstNumber].record.dot] = number
        }
        self.lookupEnd = max(self.lookupEnd, end)
        return self.numbers[dot].map { $0 - self.firstNumber }
    }

    /// Takes out and returns the first record, if it was to be kept no further than `lsn`.
    mutating func release(through lsn: UInt64) -> LiveRecord? {
        guard self.released < self.entries.count, self.entries[self.released].until <= lsn else { return nil }
        let record = self.entries[self.released].record
        if self.firstNumber + self.released < self.lookupEnd { self.numbers[record.dot] = nil }
        self.released += 1
        if self.released >= 64, self.released * 2 > self.entries.count {
            self.entries.removeFirst(self.released)
            self.firstNumber += self.released
            self.released = 0
        }
        return record
    }
}
