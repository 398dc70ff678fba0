package import Causality
import DataModel
import Journal
package import Replication

/// One scan under way on one node: where it stands, and what it has met.
package struct ScanRun {
    /// How a scan goes through the keys.
    package enum Form: Sendable, CaseIterable {
        case ascending, descending
        /// In no order, by a cursor that the node hands out.
        case cursor
        /// In order, and of one state: what was there when it began.
        case snapshot, descendingSnapshot

        /// Whether the first keys come last.
        var isDescending: Bool { self == .descending || self == .descendingSnapshot }
    }

    /// How it goes.
    package let form: Form
    /// Where.
    package let node: SimulatedNode
    /// Which process of the node: a scan ends with it.
    package let start: Int
    /// What was claimed when it began.
    package let context: CausalContext
    /// The keys that were seen when it began, sorted.
    package let initialKeys: [[UInt8]]
    /// The keys it has met, in that order.
    package var met: [[UInt8]] = []

    /// What a scan of one state has read.
    package var entries: [EntryPage.Entry] = []
    /// What such a scan is to read.
    package private(set) var expected: [EntryPage.Entry] = []

    private var scan: UInt64?
    private let pageCount: Int
    private var cursor: UInt64 = 0

    /// A scan that has met nothing yet.
    package init(_ form: Form, pageCount: Int, node: SimulatedNode, _ replica: Replica, _ history: WriteHistory) {
        self.form = form
        self.pageCount = pageCount
        self.node = node
        self.start = node.starts
        self.context = replica.journal.context
        self.initialKeys = history.keys.filter { key in
            key.starts(with: ScanWorkload.prefix)
                && history.tips(of: key, in: replica.journal.context).contains { $0.operation != .delete }
        }.sorted { $0.lexicographicallyPrecedes($1) }
        guard form == .snapshot || form == .descendingSnapshot else { return }
        let (lower, upper) = (KeyBound.including(ScanWorkload.prefix), KeyBound.excluding(ScanWorkload.end))
        // Nothing is opened where the disk does not give what is to be compared.
        guard
            let all = try? replica.page(
                from: lower, to: upper, descending: form.isDescending, count: .max, maximumBytes: .max)
        else { return }
        self.expected = all.entries
        self.scan = try? replica.openScan(from: lower, to: upper, descending: form.isDescending)
    }

    /// Reads the next page; true if it was the last, nil if the disk has refused a read.
    mutating func readPage(_ replica: Replica) -> Bool? {
        guard self.form != .cursor else { return self.readByCursor(replica) }
        if self.form == .snapshot || self.form == .descendingSnapshot { return self.readState(replica) }
        let descending = self.form.isDescending
        var (lower, upper) = (KeyBound.including(ScanWorkload.prefix), KeyBound.excluding(ScanWorkload.end))
        if let last = self.met.last {
            if descending { upper = .excluding(last) } else { lower = .excluding(last) }
        }
        let found = try? replica.page(
            from: lower, to: upper, descending: descending, count: self.pageCount, maximumBytes: 1000)
        guard let page = found else { return nil }
        self.met += page.entries.map(\.key)
        return page.isLast
    }

    private mutating func readState(_ replica: Replica) -> Bool? {
        guard let scan = self.scan else { return nil }
        guard let page = try? replica.readScan(scan, count: self.pageCount, maximumBytes: 1000) else {
            replica.closeScan(scan)
            return nil
        }
        self.entries += page.entries
        self.met += page.entries.map(\.key)
        if page.isLast { replica.closeScan(scan) }
        return page.isLast
    }

    private mutating func readByCursor(_ replica: Replica) -> Bool {
        var found: [[UInt8]] = []
        self.cursor = replica.scan(cursor: self.cursor, count: self.pageCount) { slot in
            let key = replica.journal.index.key(of: slot)
            if key.starts(with: ScanWorkload.prefix) { found.append(key) }
        }
        self.met += found
        return self.cursor == 0
    }
}
