/// What came up over many seeds.
package struct SoakTotal: CustomStringConvertible {
    private var seeds = 0
    /// Seeds with a violation.
    package private(set) var violations = 0
    private var sums: [(name: String, count: Int)] = []

    package init() {}

    package mutating func add(_ report: ClusterReport) {
        self.seeds += 1
        self.violations += report.violation == nil ? 0 : 1
        let counts = [
            ("events", report.events), ("decided", report.decided), ("elections", report.elections),
            ("acknowledged", report.acknowledged), ("unresolved", report.unresolved), ("reads", report.reads),
            ("truncations", report.truncations), ("snapshots", report.snapshots), ("crashes", report.crashes),
            ("pauses", report.pauses), ("changes", report.changes), ("transfers", report.transfers),
            ("split brains", report.splitBrains),
        ]
        if self.sums.isEmpty { self.sums = counts.map { ($0.0, 0) } }
        for place in counts.indices { self.sums[place].count += counts[place].1 }
    }

    package var description: String {
        let counts = self.sums.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
        return "\(self.seeds) seeds, \(self.violations) violations: \(counts)"
    }
}
