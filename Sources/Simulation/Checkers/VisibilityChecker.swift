import Causality
import DataModel
import Journal
import Platform
package import Replication

/// Every way to look at a key tells the same: what the history says is there for a reader of this node at
/// its wall clock's time, no tombstone and nothing expired.
package struct VisibilityChecker {
    /// The latest that any node's wall clock has shown, in milliseconds since 1970.
    package let latestWall: UInt64

    /// A checker; it keeps nothing else.
    package init(latestWall: UInt64) {
        self.latestWall = latestWall
    }

    /// Looks at a key in every way, within a turn of the replica.
    ///
    /// - Throws: a finding about a look that shows something else than was written.
    package func check(
        _ key: [UInt8], _ replica: Replica, node: String, _ history: WriteHistory
    ) throws(Finding) {
        let now = replica.wallNow.milliseconds
        let expected = history.tips(of: key, in: replica.journal.context)
            .filter { $0.operation != .delete && ($0.expiry ?? .max) > now && !self.isCollected($0, replica) }
        let name = String(decoding: key, as: UTF8.self)
        let seen: [Dot]
        let looks: [Bool]
        do throws(ReplicaError) {
            seen = try replica.siblings(of: key.span).siblings.map(\.dot)
            var value: [UInt8] = []
            let reading = try replica.read(key.span, into: &value)
            var isScanned = false
            replica.forEachKey(from: .including(key), to: .including(key)) { _ in
                isScanned = true
                return true
            }
            looks = [reading.outcome != .missing, try replica.look(at: key.span).outcome != .missing, isScanned]
        } catch {
            // The disk may refuse a read; that is an answer, and not a wrong one.
            return
        }
        guard seen.sorted() == expected.map(\.dot).sorted(), looks.allSatisfy({ $0 == !expected.isEmpty }) else {
            throw Finding(
                .visibility,
                "readers of \(name) on \(node) do not see exactly what was written and is not over: "
                    + "\(seen)", expected.map(\.dot))
        }
    }

    /// Whether the write has expired by a clock that was ahead, and was collected here before the clock was
    /// set right.
    private func isCollected(_ write: RecordedWrite, _ replica: Replica) -> Bool {
        write.isCollectable(latestWall: self.latestWall)
            && replica.journal.floor[write.dot.peer] >= write.dot.sequence
            && replica.journal.index.find(write.dot) == nil
    }
}
