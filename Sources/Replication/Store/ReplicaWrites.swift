import ByteCoding
package import Causality
package import DataModel
import Journal
import Platform

extension Replica {
    /// Writes a value. Without a token it replaces what this node holds of the key; with one, exactly
    /// what the caller had read, so that a stale caller makes a sibling and loses nothing. In a transaction a token
    /// says nothing: nobody writes between what it reads and what it writes.
    ///
    /// - Throws: `busy` without effect when the log has no room allocated at the moment.
    @discardableResult
    package func put(
        _ key: Span<UInt8>, _ value: Span<UInt8>, expiry: UInt64? = nil, after token: CausalContext? = nil
    ) throws(ReplicaError) -> WriteReceipt {
        if self.staged != nil {
            return try self.stage(Write(key: Array(copying: key), value: Array(copying: value), expiry: expiry))
        }
        return try self.write(key, .put, value, expiry: expiry, after: token)
    }

    /// Deletes a key that readers see; nil if they see none.
    package func delete(_ key: Span<UInt8>, after token: CausalContext? = nil) throws(ReplicaError) -> WriteReceipt? {
        if self.staged != nil {
            guard try self.look(at: key).outcome != .missing else { return nil }
            return try self.stage(Write(key: Array(copying: key), operation: .delete))
        }
        if !self.isLeaderless {
            try self.admitWrite()
            try self.admit(key)
        }
        guard let slot = self.journal.index.find(key), self.isVisible(slot) else { return nil }
        let nothing: [UInt8] = []
        return try self.write(key, .delete, nothing.span, expiry: nil, after: token)
    }

    /// Adds to a number, starting from 0, and keeps its expiry. Exact under concurrency where the
    /// key's resolver counts increments; elsewhere a read, a sum and a write.
    package func increment(
        _ key: Span<UInt8>, by amount: Int64
    ) throws(ReplicaError) -> (total: Int64, receipt: WriteReceipt) {
        if self.configuration.resolvers.resolver(for: key).countsIncrements {
            return try self.count(key, by: amount)
        }
        var value: [UInt8] = []
        let reading = try self.read(key, into: &value)
        var total: Int64 = 0
        switch reading.outcome {
        case .missing: break
        case .undecided: throw .notAnInteger
        case .found:
            guard let number = DecimalInteger.parse(value.span) else { throw .notAnInteger }
            total = number
        }
        let (sum, overflow) = total.addingReportingOverflow(amount)
        guard !overflow else { throw .outOfRange }
        let digits = Array(String(sum).utf8)
        return (sum, try self.put(key, digits.span, expiry: reading.expiry))
    }

    /// Applies the writes as one atomic batch: one sync, and all or none after a crash.
    ///
    /// - Returns: the receipt of the last; nil for an empty batch.
    package func apply(_ writes: [Write]) throws(ReplicaError) -> WriteReceipt? {
        guard !writes.isEmpty else { return nil }
        if self.staged != nil {
            var receipt: WriteReceipt?
            for write in writes { receipt = try self.stage(write) }
            return receipt
        }
        let length = writes.reduce(0) { $0 + $1.key.count + $1.value.count }
        guard writes.count <= DataLimits.batchCount else {
            throw .tooLarge(what: "batch", length: writes.count, limit: DataLimits.batchCount)
        }
        guard length <= DataLimits.batchLength else {
            throw .tooLarge(what: "batch", length: length, limit: DataLimits.batchLength)
        }
        var byteCount = 0
        for write in writes {
            try self.check(key: write.key.span, value: write.value.span)
            byteCount += self.journal.writeBytes(key: write.key.span, valueLength: write.value.count, token: nil)
            do throws(JournalError) {
                try self.journal.checkWrite(of: write.key.span)
            } catch {
                throw .journal(error)
            }
        }
        if writes.contains(where: { $0.operation != .delete }) { try self.checkFreeSpace() }
        if !self.isLeaderless { return try self.propose(writes) }
        try self.admit(byteCount)
        var receipt: WriteReceipt?
        do throws(JournalError) {
            if writes.count > 1 { try self.journal.beginGroup(byteCount: byteCount) }
            defer { if writes.count > 1 { self.journal.endGroup() } }
            for (index, write) in writes.enumerated() {
                let written = try self.journal.write(
                    key: write.key.span, operation: write.operation, value: write.value.span, expiry: write.expiry,
                    token: nil, timestamp: self.journal.nextTimestamp(wall: self.wallNow.milliseconds),
                    continuesBatch: index < writes.count - 1)
                receipt = WriteReceipt(dot: written.dot, heldUntil: written.lsn)
            }
        } catch {
            throw .journal(error)
        }
        self.noteLocalWrites(writes.count)
        return receipt
    }

    private func write(
        _ key: Span<UInt8>, _ operation: Operation, _ value: Span<UInt8>, expiry: UInt64?, after token: CausalContext?
    ) throws(ReplicaError) -> WriteReceipt {
        try self.check(key: key, value: value)
        if operation != .delete { try self.checkFreeSpace() }
        if !self.isLeaderless {
            if token != nil { try self.admit(key) }
            let write = Write(
                key: Array(copying: key), operation: operation, value: Array(copying: value), expiry: expiry)
            return try self.propose([write], token: token)
        }
        while true {
            do throws(JournalError) {
                let written = try self.journal.write(
                    key: key, operation: operation, value: value, expiry: expiry, token: token,
                    timestamp: self.journal.nextTimestamp(wall: self.wallNow.milliseconds), continuesBatch: false)
                self.noteLocalWrites(1)
                // Only a stale token leaves siblings beside what it writes.
                if token != nil, let slot = self.journal.index.find(key), self.journal.index.visibleCount(of: slot) > 1
                {
                    self.exchange.noteConflict(slot)
                }
                return WriteReceipt(dot: written.dot, heldUntil: written.lsn)
            } catch {
                // The log says how much room it lacks; it seldom lacks any.
                if case .tooManySiblings = error { throw .tooManySiblings(limit: DataLimits.siblings) }
                guard case .notAdmitted(let byteCount) = error else { throw .journal(error) }
                try self.admit(byteCount)
            }
        }
    }

    private func count(
        _ key: Span<UInt8>, by amount: Int64
    ) throws(ReplicaError) -> (total: Int64, receipt: WriteReceipt) {
        let found = try self.siblings(of: key)
        for sibling in found.siblings where sibling.operation == .put {
            guard DecimalInteger.parse(sibling.value.span) != nil else { throw .notAnInteger }
        }
        var counter = CounterValue(joining: found.siblings)
        let (_, overflow) = counter.total.addingReportingOverflow(amount)
        guard !overflow else { throw .outOfRange }
        let peer = self.journal.identity.peer
        // The entry to continue is this peer's newest among its own live records. Everything live is
        // replaced by this write, so no sibling outside its context can hold it.
        let own = CounterValue(joining: found.siblings.filter { $0.dot.peer == peer && $0.operation == .count })
        let continued = own.entries.last { $0.dot.peer == peer }?.dot
        counter.add(amount, opening: self.nextDot, continuing: continued)
        let expiry = found.siblings.contains { $0.expiry == nil } ? nil : found.siblings.compactMap(\.expiry).max()
        let receipt: WriteReceipt
        if self.staged != nil {
            receipt = try self.stage(
                Write(key: Array(copying: key), operation: .count, value: counter.encoded, expiry: expiry))
        } else {
            receipt = try self.write(key, .count, counter.encoded.span, expiry: expiry, after: nil)
        }
        return (counter.total, receipt)
    }

    func check(key: Span<UInt8>, value: Span<UInt8>) throws(ReplicaError) {
        guard key.count <= DataLimits.keyLength else {
            throw .tooLarge(what: "key", length: key.count, limit: DataLimits.keyLength)
        }
        guard value.count <= DataLimits.valueLength else {
            throw .tooLarge(what: "value", length: value.count, limit: DataLimits.valueLength)
        }
    }

    /// Deletes are let through: they are what makes room.
    private func checkFreeSpace() throws(ReplicaError) {
        try self.freeSpace.check(at: self.now) { self.journal.freeBytes }
    }

    private func admit(_ byteCount: Int) throws(ReplicaError) {
        switch self.journal.admit(byteCount: byteCount) {
        case .now: return
        case .later: throw .busy
        case .refused(let error): throw .journal(error)
        }
    }

    private func noteLocalWrites(_ count: Int) {
        self.counters.localWrites += UInt64(count)
        self.exchange.noteLocalWrite(at: self.now)
    }
}
