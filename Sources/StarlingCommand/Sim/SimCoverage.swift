import Simulation

/// How often everything came up that should, over many seeds.
struct SimCoverage {
    /// With fewer seeds a mark that was missed means nothing.
    static let seedsNeeded: UInt64 = 1000

    private var report = CoverageReport()

    mutating func add(_ result: SimulationResult) { self.report.merge(result.coverage) }

    /// Every mark with its count.
    var marks: [(name: String, count: Int)] { self.report.marks.map { ($0.name, Int(clamping: $0.count)) } }

    /// The marks that were never hit.
    var missing: [String] { self.report.missing }
}
