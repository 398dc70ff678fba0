import DataModel
import Platform
import Simulation
import Testing

/// Increments beside deletes: what a delete had not seen still counts, and each increment once.
struct CounterTests {
    private let key: Key = "cut/visits"

    @Test func `what is counted after a delete does not hide in what the delete had not seen`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.client(0).increment(self.key, by: 8)
        scene.expectEquality()
        scene.cluster.cut(0, 1)
        scene.client(1).increment(self.key, by: 4)
        scene.client(0).delete(self.key)
        scene.client(0).increment(self.key, by: 1)
        scene.run(.milliseconds(100))
        scene.cluster.healLinks()
        scene.expectEquality()
        for number in 0..<2 { #expect(scene.text(self.key, on: number) == "13") }
    }

    @Test func `an entry whose record has ended is not continued from an older copy of it`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.client(0).increment(self.key, by: 5)
        scene.expectEquality()
        for (left, right) in [(0, 1), (0, 2), (1, 2)] { scene.cluster.cut(left, right) }
        scene.client(1).increment(self.key, by: 2)
        scene.client(0).increment(self.key, by: 3)
        scene.cluster.heal(0, 2)
        #expect(scene.cluster.run(atMost: .seconds(40)) { scene.text(self.key, on: 2) == "8" })
        scene.cluster.cut(0, 2)
        scene.client(2).increment(self.key, by: 4)
        scene.client(0).delete(self.key)
        scene.cluster.heal(0, 1)
        // The first node has only the second's copy of its own count now.
        #expect(scene.cluster.run(atMost: .seconds(40)) { scene.text(self.key, on: 0) == "7" })
        scene.cluster.cut(0, 1)
        scene.client(0).increment(self.key, by: 1)
        scene.cluster.healLinks()
        scene.expectEquality()
        for number in 0..<3 { #expect(scene.text(self.key, on: number) == "15") }
    }
}
