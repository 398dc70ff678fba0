/// What has happened in simulations, so that what never does is seen: every kind of fault, everything that
/// simulated networks and disks do to their nodes, and every ``RecoveryBranch``.
package struct CoverageReport: Hashable, Sendable {
    /// One thing, and how often it has happened.
    package struct Mark: Hashable, Sendable {
        /// What people call it.
        package let name: String
        /// How often it has happened.
        package let count: UInt64
    }

    /// What is looked for, in the order of ``marks``.
    package static let names: [String] =
        ClusterFault.allCases.map { "fault: " + $0.rawValue }
        + NetworkFaultCounts().named.map { "network: " + $0.name }
        + StorageFaultCounts().named.map { "disk: " + $0.name }
        + RecoveryBranch.allCases.map(\.rawValue)

    private static let firstNetwork = ClusterFault.allCases.count
    private static let firstStorage = Self.firstNetwork + NetworkFaultCounts().named.count
    private static let firstBranch = Self.firstStorage + StorageFaultCounts().named.count
    private static let faultPlaces = Dictionary(
        uniqueKeysWithValues: ClusterFault.allCases.enumerated().map { ($0.element, $0.offset) })
    private static let branchPlaces = Dictionary(
        uniqueKeysWithValues: RecoveryBranch.allCases.enumerated().map { ($0.element, $0.offset) })

    private var counts = [UInt64](repeating: 0, count: Self.names.count)

    /// Nothing has happened yet.
    package init() {}

    /// Everything looked for, with its count, always in the same order.
    package var marks: [Mark] { zip(Self.names, self.counts).map { Mark(name: $0, count: $1) } }

    /// The names of what has never happened.
    package var missing: [String] { self.marks.filter { $0.count == 0 }.map(\.name) }

    /// How often a fault was really done.
    package func count(of fault: ClusterFault) -> UInt64 { self.counts[Self.faultPlaces[fault] ?? 0] }

    /// How often a branch was taken.
    package func count(of branch: RecoveryBranch) -> UInt64 {
        self.counts[Self.firstBranch + (Self.branchPlaces[branch] ?? 0)]
    }

    /// Notes that a fault was done.
    package mutating func add(_ fault: ClusterFault, _ count: UInt64 = 1) {
        self.counts[Self.faultPlaces[fault] ?? 0] += count
    }

    /// Notes that a branch was taken.
    package mutating func add(_ branch: RecoveryBranch, _ count: UInt64 = 1) {
        self.counts[Self.firstBranch + (Self.branchPlaces[branch] ?? 0)] += count
    }

    /// Notes what a network has done.
    package mutating func add(_ network: NetworkFaultCounts) {
        for (index, fault) in network.named.enumerated() {
            self.counts[Self.firstNetwork + index] += UInt64(fault.count)
        }
    }

    /// Notes what a disk has done.
    package mutating func add(_ storage: StorageFaultCounts) {
        for (index, fault) in storage.named.enumerated() {
            self.counts[Self.firstStorage + index] += UInt64(fault.count)
        }
    }

    /// Adds what happened elsewhere.
    package mutating func merge(_ other: CoverageReport) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
    }
}
