import Simulation

/// How often everything came up that should, over many seeds.
struct SimCoverage {
    /// With fewer seeds a mark that was missed means nothing.
    static let seedsNeeded: UInt64 = 1000

    private var counts = [Int](repeating: 0, count: ClusterFault.allCases.count)

    mutating func add(_ result: SimulationResult) {
        for fault in result.faults {
            guard let kind = ClusterFault(rawValue: fault.name), let index = ClusterFault.allCases.firstIndex(of: kind)
            else { continue }
            self.counts[index] += fault.count
        }
    }

    /// Every mark with its count.
    var marks: [(name: String, count: Int)] {
        zip(ClusterFault.allCases, self.counts).map { ($0.0.rawValue, $0.1) }
    }

    /// The marks that were never hit.
    var missing: [String] { self.marks.filter { $0.count == 0 }.map(\.name) }
}
