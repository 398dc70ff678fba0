import LeadershipHarness
import Testing

/// Clusters of deciders under loss, partitions, crashes, pauses and clock jumps: the properties of the paper's
/// figure 3, linearizable reads and kept promises, and a useful cluster afterwards. `make leadership-soak` runs more.
@Suite struct LeadershipClusterTests {
    @Test(arguments: 0..<10 as Range<UInt64>)
    func `no seed violates a property`(part: UInt64) {
        for seed in (part * 6)..<(part * 6 + 6) {
            var cluster = RaftCluster(seed: seed)
            let report = cluster.run()
            #expect(report.violation == nil, "seed \(seed)")
        }
    }

    @Test func `a seed means the same run every time`() {
        var one = RaftCluster(seed: 5)
        var other = RaftCluster(seed: 5)
        let report = one.run()
        #expect(report.hash == other.run().hash && report.decided > 0)
    }
}
