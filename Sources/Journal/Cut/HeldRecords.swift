import Causality

/// Records that were replaced durably, but that an open cut has still to read.
///
/// They count nowhere, but their frames stay in the log. While no cut is open nothing is held. A cut holds at most
/// what was live when it was opened, so the log grows by no more than that; how many records may be held in all is
/// bounded besides, for each takes memory.
struct HeldRecords {
    private struct Entry {
        var record: LiveRecord
        /// Which of all records ever held it is.
        let number: UInt64
        /// How many cuts hold it.
        var holders: Int
    }

    /// Cuts that may be open at once.
    static let cutMaximum = 4
    /// Cuts beside those that are read in the order of keys.
    static let keyCutMaximum = 64

    private(set) var cuts: [Cut] = []
    /// Only ever looked up.
    private var entries: [Dot: Entry] = [:]
    /// Dots of which a closed cut has still to let go.
    private var abandoned: [Dot] = []
    /// Cuts that were given up since they held too much, until they are closed.
    private var overrun: [CutID] = []
    private var lastID: UInt64 = 0
    private var lastNumber: UInt64 = 0
    /// Records that may be held; one more, and the cut that holds most is given up.
    var limit = 4_000_000

    /// Records that are held.
    var count: Int { self.entries.count }

    /// Whether there is something to be let go of in bounded steps.
    var hasAbandoned: Bool { !self.abandoned.isEmpty }

    /// Opens a cut; nil if there are as many as there may be.
    mutating func open(_ context: CausalContext) -> CutID? {
        guard self.cuts.count(where: { !$0.isOfKeys }) < HeldRecords.cutMaximum else { return nil }
        return self.add(context, isOfKeys: false)
    }

    /// Opens a cut that is read in the order of keys; nil if there are as many as there may be.
    mutating func openKeys(_ context: CausalContext) -> CutID? {
        guard self.cuts.count(where: \.isOfKeys) < HeldRecords.keyCutMaximum else { return nil }
        return self.add(context, isOfKeys: true)
    }

    private mutating func add(_ context: CausalContext, isOfKeys: Bool) -> CutID {
        self.lastID += 1
        let id = CutID(rawValue: self.lastID)
        self.cuts.append(Cut(id: id, context: context, heldBefore: self.lastNumber, isOfKeys: isOfKeys))
        return id
    }

    /// Notes that a cut that is read in the order of keys has still to read a record that is being replaced.
    mutating func want(_ dot: Dot, _ id: CutID) {
        guard let index = self.cuts.firstIndex(where: { $0.id == id }) else { return }
        self.cuts[index].wanted.insert(dot)
    }

    /// Gives a cut up, since too much would have to be held for it.
    mutating func giveUp(_ id: CutID) {
        guard self.isOpen(id) else { return }
        self.close(id)
        self.overrun.append(id)
    }

    /// Whether the cut is open.
    func isOpen(_ id: CutID) -> Bool {
        self.cuts.contains { $0.id == id }
    }

    /// Whether the cut was given up since too much was held.
    func isOverrun(_ id: CutID) -> Bool {
        self.overrun.contains(id)
    }

    /// Closes a cut. What it alone has held is let go of by ``letGo(maximum:)``.
    mutating func close(_ id: CutID) {
        self.overrun.removeAll { $0 == id }
        guard let index = self.cuts.firstIndex(where: { $0.id == id }) else { return }
        self.abandoned += self.cuts.remove(at: index).held
    }

    /// Holds a replaced record whose replacement is synced, if a cut has still to read it; else false.
    ///
    /// - Complexity: O(1) in the records.
    mutating func take(_ record: LiveRecord) -> Bool {
        var holders = 0
        for index in self.cuts.indices where self.cuts[index].wants(record.dot) {
            self.cuts[index].held.append(record.dot)
            holders += 1
        }
        guard holders > 0 else { return false }
        self.lastNumber += 1
        self.entries[record.dot] = Entry(record: record, number: self.lastNumber, holders: holders)
        if self.entries.count > self.limit, self.abandoned.isEmpty { self.giveUpLargest() }
        return true
    }

    /// The record of that dot, if it is held and was live when the cut was opened, whose context has the dot.
    func record(_ dot: Dot, in id: CutID) -> LiveRecord? {
        guard let entry = self.entries.isEmpty ? nil : self.entries[dot],
            let cut = self.cuts.first(where: { $0.id == id }), entry.number > cut.heldBefore
        else { return nil }
        return entry.record
    }

    /// The record of that dot, if it is held for any cut.
    func record(_ dot: Dot) -> LiveRecord? {
        self.entries.isEmpty ? nil : self.entries[dot]?.record
    }

    /// Notes that the record of that dot lies elsewhere now; false if it is not held.
    mutating func relocate(_ dot: Dot, to lsn: UInt64) -> Bool {
        guard self.entries[dot] != nil else { return false }
        self.entries[dot]?.record.lsn = lsn
        return true
    }

    /// Notes that the cut has read everything up to that dot.
    mutating func pass(_ dot: Dot, _ id: CutID) {
        guard let index = self.cuts.firstIndex(where: { $0.id == id }) else { return }
        self.cuts[index].passed = dot
    }

    /// Takes out and returns records that no cut holds any more, of at most `maximum` that a closed cut has held.
    mutating func letGo(maximum: Int) -> [LiveRecord] {
        var result: [LiveRecord] = []
        for dot in self.abandoned.suffix(maximum) {
            guard var entry = self.entries[dot] else { continue }
            entry.holders -= 1
            if entry.holders == 0 {
                self.entries[dot] = nil
                result.append(entry.record)
            } else {
                self.entries[dot] = entry
            }
        }
        self.abandoned.removeLast(min(maximum, self.abandoned.count))
        if self.abandoned.isEmpty { self.abandoned = [] }
        return result
    }

    private mutating func giveUpLargest() {
        guard let largest = self.cuts.max(by: { $0.held.count < $1.held.count }) else { return }
        self.giveUp(largest.id)
    }
}
