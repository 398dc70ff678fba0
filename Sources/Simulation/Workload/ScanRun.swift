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
    }

    /// Reads the next page; true if it was the last, nil if the disk has refused a read.
    mutating func readPage(_ replica: Replica) -> Bool? {
        guard self.form != .cursor else { return self.readByCursor(replica) }
        let descending = self.form == .descending
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
