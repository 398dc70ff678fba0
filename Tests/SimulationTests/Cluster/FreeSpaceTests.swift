import DataModel
import Platform
import Replication
import Simulation
import Testing

/// Clients' writes leave some bytes of the disk free, and go on when there are.
struct FreeSpaceTests {
    @Test func `below the floor writes are refused, deletes and what peers bring are not, and all resumes`() throws {
        let scene = try ClusterScene(nodes: 2, seed: 31)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.node(0).kill()
        scene.node(0).configuration.minimumFree = 1 << 20
        try scene.node(0).start()
        scene.expectEquality()
        let files = scene.node(0).machine.files
        files.conditions.capacity = 1 << 40
        let used = (1 << 40) - (try files.freeBytes(at: "data"))
        files.conditions.capacity = used + (1 << 19)
        scene.run(.seconds(1))

        guard case .refused(.belowFloor(let free, let minimum)) = scene.client(0).put("k", [1]) else {
            Issue.record("a write below the floor was taken")
            return
        }
        #expect(free < minimum && minimum == 1 << 20)
        let batch = scene.node(0).perform { replica -> Bool in
            (try? replica.apply([Write(key: Array("k".utf8), value: [1])])) == nil
        }
        #expect(batch == true)
        scene.client(0).delete("key/1")
        scene.client(1).put("other", Array("value".utf8))
        scene.expectEquality()
        #expect(scene.text("key/1", on: 0) == nil)
        #expect(scene.text("other", on: 0) == "value")
        #expect(scene.text("k", on: 1) == nil)
        let status = try #require(scene.node(0).replica?.status())
        #expect(status.refusedBelowFloor == 2)
        #expect(status.minimumFree == 1 << 20)

        files.conditions.capacity = nil
        scene.run(.milliseconds(300))
        scene.client(0).put("k", Array("again".utf8))
        scene.expectEquality()
        #expect(scene.text("k", on: 1) == "again")
    }

    @Test func `the disk is looked at now and then, and without a floor for writes never`() throws {
        var looks = 0
        let now = Instant(nanoseconds: 5)
        var none = FreeSpaceFloor(minimum: 0)
        try none.check(at: now) {
            looks += 1
            return 0
        }
        #expect(looks == 0)
        var floor = FreeSpaceFloor(minimum: 10)
        var free: UInt64? = 9
        let look = { () -> UInt64? in
            looks += 1
            return free
        }
        #expect(throws: ReplicaError.self) { try floor.check(at: now, look) }
        free = 10
        #expect(throws: ReplicaError.self) { try floor.check(at: now + .milliseconds(249), look) }
        #expect(looks == 1)
        try floor.check(at: now + .milliseconds(250), look)
        free = nil
        try floor.check(at: now + .seconds(1), look)
        #expect(looks == 3)
        #expect(floor.refusals == 2)
    }
}
