import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// The checkers of whole states find what is wrong in a running replica.
struct StateCheckerTests {
    private static func survey(_ scene: ClusterScene, _ number: Int, _ history: WriteHistory) throws -> ReplicaSurvey {
        ReplicaSurvey(of: try #require(scene.node(number).replica), node: "n\(number + 1)", history: history)
    }

    private static func invariant(_ body: () throws(Finding) -> Void) -> Invariant? {
        do throws(Finding) {
            try body()
            return nil
        } catch {
            return error.invariant
        }
    }

    /// The same writes as the cluster's history knows, as if each knew of nothing before it.
    private static func unrelated(_ history: WriteHistory) -> WriteHistory {
        let copy = WriteHistory()
        for write in history.writes {
            var draft = WriteHistory.Draft(
                key: history.keys[write.key], operation: write.operation, value: write.value, expiry: write.expiry)
            draft.replacesAllLive = false
            copy.record(draft, as: write.dot, on: write.node, heldUntil: write.heldUntil, checksum: nil)
        }
        return copy
    }

    @Test func `a concurrent pair that is not shown as a conflict is found`() throws {
        let scene = try ClusterScene(nodes: 1)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        scene.client(0).put("k", [2])
        let replica = try #require(scene.node(0).replica)
        func found(_ history: WriteHistory) throws -> Invariant? {
            let survey = try Self.survey(scene, 0, history)
            return Self.invariant { () throws(Finding) in
                try ConflictChecker(latestWall: 0).check(survey, replica, history)
            }
        }
        #expect(try found(scene.cluster.history) == nil)
        #expect(try found(Self.unrelated(scene.cluster.history)) == .conflict)
    }

    @Test func `a conflict that is none is found, and siblings that are too many`() throws {
        let scene = try ClusterScene(nodes: 1)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        let replica = try #require(scene.node(0).replica)
        // A write behind the history's back, that knows of nothing.
        let receipt = try replica.put(Key("k").bytes.span, [2].span, after: CausalContext())
        let history = scene.cluster.history
        let draft = WriteHistory.Draft(
            key: Key("k").bytes, operation: .put, value: [2],
            replaced: history.replaced(by: [history.writes[0].dot], of: Key("k").bytes))
        history.record(draft, as: receipt.dot, on: 0, heldUntil: receipt.heldUntil, checksum: nil)
        let survey = try Self.survey(scene, 0, history)
        #expect(
            Self.invariant { () throws(Finding) in try ConflictChecker(latestWall: 0).check(survey, replica, history) }
                == .conflict)
        let seen = Self.invariant { () throws(Finding) in
            try VisibilityChecker(latestWall: 0).check(Key("k").bytes, replica, node: "n1", history)
        }
        #expect(seen == .visibility)
    }

    @Test func `nodes that have seen the same and hold different records are found`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        scene.client(0).put("other", [1])
        scene.expectEquality()
        let history = scene.cluster.history
        let left = try Self.survey(scene, 0, history)
        let right = try Self.survey(scene, 1, history)
        #expect(
            Self.invariant { () throws(Finding) in try EqualityChecker(latestWall: 0).check(left, right, history) }
                == nil)
        // A snapshot that closes with a context and has streamed nothing takes every record away.
        let journal = try #require(scene.node(1).replica?.journal)
        try journal.dropAbsent(closing: journal.context, streamed: CausalContext())
        let emptied = try Self.survey(scene, 1, history)
        #expect(
            Self.invariant { () throws(Finding) in try EqualityChecker(latestWall: 0).check(left, emptied, history) }
                == .equality)
    }

    @Test func `a log that stands for something else than when it was written is found`() throws {
        let scene = try ClusterScene(nodes: 1)
        defer { scene.cluster.discard() }
        // A process that has kept its peer ID.
        scene.node(0).kill()
        try scene.node(0).start()
        scene.run(.seconds(1))
        scene.client(0).put("k", [1])
        scene.run(.seconds(1))
        let journal = try #require(scene.node(0).replica?.journal)
        let before = LogState(of: journal)
        scene.client(0).put("other", [1])
        scene.run(.seconds(1))
        let after = LogState(of: journal)
        #expect(LogState.expected(at: after.lsn, among: [before, after])?.lsn == after.lsn)
        #expect(LogState.expected(at: after.lsn - 1, among: [before, after]) == nil)
        #expect(LogState.expected(at: before.lsn + 10, among: [before, after])?.lsn == before.lsn)
        func found(_ states: [LogState]) -> Invariant? {
            let stop = StopRecord(
                peer: journal.identity.peer, sequence: 0, context: journal.context,
                syncedContext: journal.syncedContext, syncedFloor: journal.syncedFloor, keptLSN: 0, states: states)
            return Self.invariant { () throws(Finding) in
                try RecoveryChecker().check(journal, after: stop, node: "n1", number: 0, scene.cluster.history)
            }
        }
        #expect(found([before, after]) == nil)
        #expect(found([before]) == .recovery)
    }

    @Test func `a scan that leaves out a key or meets one twice is found`() throws {
        let scene = try ClusterScene(nodes: 1)
        defer { scene.cluster.discard() }
        for number in 0..<3 { scene.client(0).put(Key("scan/\(number)"), [1]) }
        let replica = try #require(scene.node(0).replica)
        func found(_ met: [String]) -> Invariant? {
            var run = ScanRun(.ascending, pageCount: 1, node: scene.node(0), replica, scene.cluster.history)
            run.met = met.map { Key($0).bytes }
            return Self.invariant { () throws(Finding) in try ScanChecker().check(run, replica, scene.cluster.history) }
        }
        #expect(found(["scan/0", "scan/1", "scan/2"]) == nil)
        #expect(found(["scan/0", "scan/2"]) == .scan)
        #expect(found(["scan/0", "scan/0", "scan/1", "scan/2"]) == .scan)
    }
}
