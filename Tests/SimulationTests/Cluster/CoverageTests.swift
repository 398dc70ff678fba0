import DataModel
import Platform
import Replication
import Simulation
import Testing

/// What has happened in simulations is counted, and what has not is named.
struct CoverageTests {
    @Test func `a report that has seen nothing misses everything, once each`() {
        let report = CoverageReport()
        #expect(report.missing == CoverageReport.names)
        #expect(report.marks.allSatisfy { $0.count == 0 })
        #expect(Set(CoverageReport.names).count == CoverageReport.names.count)
    }

    @Test func `what is added is counted under its name`() {
        var report = CoverageReport()
        report.add(ClusterFault.crash, 2)
        report.add(RecoveryBranch.gap)
        var network = NetworkFaultCounts()
        network.resets = 3
        report.add(network)
        var disk = StorageFaultCounts()
        disk.stalls = 4
        report.add(disk)
        #expect(report.count(of: ClusterFault.crash) == 2)
        #expect(report.count(of: RecoveryBranch.gap) == 1)
        let counted = report.marks.filter { $0.count > 0 }
        #expect(counted.map(\.count) == [2, 3, 4, 1])
        #expect(counted.map(\.name).first == "fault: crash")
        #expect(report.missing.count == CoverageReport.names.count - 4)
    }

    @Test func `merging adds mark by mark`() {
        var first = CoverageReport()
        first.add(RecoveryBranch.gap, 5)
        var second = CoverageReport()
        second.add(RecoveryBranch.gap, 2)
        second.add(RecoveryBranch.silence)
        first.merge(second)
        #expect(first.count(of: RecoveryBranch.gap) == 7)
        #expect(first.count(of: RecoveryBranch.silence) == 1)
    }

    @Test func `a crash with nothing unsynced opens whole, and a wiped disk as new`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        scene.run(.seconds(1))
        let fresh = scene.cluster.coverage
        #expect(fresh.count(of: RecoveryBranch.mintedNew) == 2)
        scene.node(0).crash()
        try scene.node(0).start()
        scene.run(.seconds(2))
        scene.node(1).kill()
        scene.node(1).replaceDisk(by: nil)
        try scene.node(1).start()
        #expect(scene.cluster.coverage.count(of: RecoveryBranch.openedWhole) == 1)
        #expect(scene.cluster.coverage.count(of: RecoveryBranch.mintedNew) == 3)
        scene.expectEquality()
        let counted = scene.node(0).counters.rejoin
        #expect(counted.gatheringsAnswered + counted.gatheringsTimedOut == 1)
        #expect(counted.predecessorsRetired == 1)
    }
}
