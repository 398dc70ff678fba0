import Journal
import Platform
import Replication
import Simulation
import Testing

/// What a crash could still take back is shown to nobody: every way of reading says how long to hold the answer.
struct HeldReadTests {
    @Test func `whatever is read of a write is held until that is on the disk`() throws {
        var settings = ClusterSettings()
        settings.nodeCount = 1
        let cluster = SimulatedCluster(seed: 1, settings: settings)
        defer { cluster.discard() }
        try cluster.startAll()
        cluster.run(for: .seconds(2))
        let replica = try #require(cluster.nodes[0].replica)
        let key = Array("k".utf8)
        try replica.put(key.span, [1].span)
        try self.expectHeld(key, replica)
        _ = try replica.delete(key.span)
        try self.expectHeld(key, replica)
    }

    private func expectHeld(_ key: [UInt8], _ replica: Replica) throws {
        var value: [UInt8] = []
        let synced = replica.journal.syncedLSN
        #expect(replica.acknowledged.lsn == synced)
        #expect(try replica.read(key.span, into: &value).heldUntil > synced)
        #expect(try replica.look(at: key.span).heldUntil > synced)
        #expect(try replica.siblings(of: key.span).heldUntil > synced)
        let page = try replica.page(from: .unbounded, to: .unbounded, count: 10, maximumBytes: 1000)
        #expect(page.heldUntil > synced)
    }
}
