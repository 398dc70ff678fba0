package import Causality
package import DataModel
import Journal
import Replication

/// A client of one node: calls its replica on the node's thread, and enters what was accepted in the
/// history, with exactly what it replaces.
package struct SimulatedClient {
    /// The node it is connected to.
    package let node: SimulatedNode
    /// Where it enters what was accepted.
    package let history: WriteHistory

    /// A client of one node.
    package init(of node: SimulatedNode, in cluster: SimulatedCluster) {
        self.node = node
        self.history = cluster.history
    }

    /// Writes a value; with a token it replaces exactly what had been read.
    @discardableResult
    package func put(
        _ key: Key, _ value: [UInt8], expiry: UInt64? = nil, after token: ReadToken? = nil
    ) -> ClientOutcome {
        self.write(key, token) { (replica: Replica, draft: inout WriteHistory.Draft) throws(ReplicaError) in
            draft.value = value
            draft.expiry = expiry
            return try replica.put(key.bytes.span, value.span, expiry: expiry, after: token?.context)
        }
    }

    /// Deletes a key, if it is seen.
    @discardableResult
    package func delete(_ key: Key, after token: ReadToken? = nil) -> ClientOutcome {
        self.write(key, token) { (replica: Replica, draft: inout WriteHistory.Draft) throws(ReplicaError) in
            draft.operation = .delete
            return try replica.delete(key.bytes.span, after: token?.context)
        }
    }

    /// Adds to a counter.
    @discardableResult
    package func increment(_ key: Key, by amount: Int64 = 1) -> ClientOutcome {
        self.write(key, nil) { (replica: Replica, draft: inout WriteHistory.Draft) throws(ReplicaError) in
            draft.operation = .count
            draft.amount = amount
            return try replica.increment(key.bytes.span, by: amount).receipt
        }
    }

    /// Writes a batch.
    @discardableResult
    package func apply(_ writes: [Write], inTransaction: Bool = false) -> ClientOutcome {
        let outcome = self.ifServing { replica -> ClientOutcome in
            do throws(ReplicaError) {
                let before = writes.map { SimulatedClient.live($0.key, replica) }
                let receipt = inTransaction ? try Self.transact(writes, replica) : try replica.apply(writes)
                guard let receipt else { return .nothing }
                return .written(self.recordBatch(writes, before, receipt, replica))
            } catch {
                return SimulatedClient.outcome(of: error)
            }
        }
        return outcome ?? .unavailable
    }

    /// The same writes, one by one between the beginning and the end of a transaction.
    private static func transact(_ writes: [Write], _ replica: Replica) throws(ReplicaError) -> WriteReceipt? {
        replica.beginTransaction()
        defer { replica.abandonTransaction() }
        for write in writes { _ = try replica.apply([write]) }
        return try replica.commitTransaction()
    }

    /// Reads a key's siblings; `body` gets the token when the node may tell what was read, and never
    /// if the process ends before.
    package func read(_ key: Key, _ body: @escaping (ReadToken) -> Void) {
        _ = self.ifServing { replica in
            guard let found = try? replica.siblings(of: key.bytes.span) else { return }
            let writes = SimulatedClient.live(key.bytes, replica).compactMap { self.history.index(of: $0) }
            let token = ReadToken(
                key: key.bytes, context: found.context, writes: writes, values: found.siblings.map(\.value))
            self.node.whenAcknowledged(found.heldUntil) {
                for index in writes { self.history.noteTold(index) }
                body(token)
            }
        }
    }

    /// Whether readers see the key; nil if the node does not serve, or cannot read.
    package func sees(_ key: Key) -> Bool? {
        self.ifServing { try? $0.look(at: key.bytes.span).outcome != .missing } ?? nil
    }

    /// The dots of the key's live records, as the node tells them.
    package func context(of key: Key) -> CausalContext? {
        self.ifServing { try? $0.siblings(of: key.bytes.span).context } ?? nil
    }

    /// What the history says is live of the key at the node, tombstones too.
    package func tips(of key: Key) -> [RecordedWrite] {
        self.node.replica.map { self.history.tips(of: key.bytes, in: $0.journal.context) } ?? []
    }

    /// Reads what readers see of a key, as its resolver views it; nil if nothing.
    package func value(of key: Key) -> [UInt8]? {
        let found = self.node.perform { replica -> [UInt8]? in
            var value: [UInt8] = []
            guard let reading = try? replica.read(key.bytes.span, into: &value), reading.isFound else { return nil }
            return value
        }
        return found ?? nil
    }

    /// Reads a key's siblings as they are stored.
    package func siblings(of key: Key) -> [Sibling] {
        self.node.perform { (try? $0.siblings(of: key.bytes.span).siblings) ?? [] } ?? []
    }

    private func ifServing<Value>(_ body: (Replica) -> Value) -> Value? {
        guard self.node.isServing else { return nil }
        return self.node.perform(body)
    }

    private func write(
        _ key: Key, _ token: ReadToken?,
        _ body: (Replica, inout WriteHistory.Draft) throws(ReplicaError) -> WriteReceipt?
    ) -> ClientOutcome {
        let outcome = self.ifServing { replica -> ClientOutcome in
            var draft = WriteHistory.Draft(key: key.bytes, operation: .put)
            // A dot that a crash took back, and that names another write now, was never read.
            let read = token?.writes.map { self.history.writes[$0] }
                .filter { !$0.isLost && replica.journal.context.contains($0.dot) }.map(\.dot)
            let live = SimulatedClient.live(key.bytes, replica)
            draft.replaced = self.history.replaced(by: live.filter { read?.contains($0) ?? true }, of: key.bytes)
            // Of what was read and is replaced here by now the write names the dot; what that had replaced it cannot
            // know (long seed 635903991867010).
            if let read { draft.replaced.formUnion(self.history.places(of: read, key.bytes)) }
            draft.replacesAllLive = read.map { read in live.allSatisfy { read.contains($0) } } ?? true
            do throws(ReplicaError) {
                guard let receipt = try body(replica, &draft) else { return .nothing }
                return .written(self.record(draft, receipt.dot, receipt.heldUntil, replica))
            } catch {
                return SimulatedClient.outcome(of: error)
            }
        }
        return outcome ?? .unavailable
    }

    private func recordBatch(
        _ writes: [Write], _ before: [[Dot]], _ receipt: WriteReceipt, _ replica: Replica
    ) -> Int {
        let first = receipt.dot.sequence - UInt64(writes.count - 1)
        var last = 0
        for (index, write) in writes.enumerated() {
            let dot = Dot(peer: receipt.dot.peer, sequence: first + UInt64(index))
            // A later member replaces what an earlier one of the same key has left.
            let earlier = writes[..<index].lastIndex { $0.key == write.key }
            let live = earlier.map { [Dot(peer: dot.peer, sequence: first + UInt64($0))] } ?? before[index]
            let draft = WriteHistory.Draft(
                key: write.key, operation: write.operation, value: write.value, expiry: write.expiry,
                replaced: self.history.replaced(by: live, of: write.key),
                batch: writes.count > 1 ? first...receipt.dot.sequence : nil)
            last = self.record(draft, dot, receipt.heldUntil, replica)
        }
        return last
    }

    private func record(_ draft: WriteHistory.Draft, _ dot: Dot, _ heldUntil: UInt64, _ replica: Replica) -> Int {
        let index = self.history.record(
            draft, as: dot, on: self.node.number, heldUntil: heldUntil,
            checksum: replica.journal.index.find(dot)?.record.checksum)
        self.node.awaitAcknowledgement(of: index, heldUntil: heldUntil)
        return index
    }

    static func live(_ key: [UInt8], _ replica: Replica) -> [Dot] {
        guard let slot = replica.journal.index.find(key.span) else { return [] }
        return replica.journal.index.records(of: slot).map(\.dot)
    }

    private static func outcome(of error: ReplicaError) -> ClientOutcome {
        switch error {
        case .busy: .busy
        case .notAnInteger, .outOfRange, .tooLarge, .tooManySiblings, .faultsNotAllowed, .cannotForget, .backup,
            .scan, .belowFloor, .leadership, .journal:
            .refused(error)
        }
    }
}
