import AntiEntropy
import ByteCoding
import Causality
import DataModel
package import Journal
import Platform

extension Replica {
    /// Reads what readers see of `key`; `value` is overwritten if something is found.
    ///
    /// - Complexity: O(1) for a key without siblings, and one read of the log.
    package func read(_ key: Span<UInt8>, into value: inout [UInt8]) throws(ReplicaError) -> Reading {
        if self.staged != nil, let staged = self.stagedSiblings(of: key) {
            return self.view(staged, of: key, heldUntil: 0, into: &value)
        }
        if !self.isLeaderless { try self.admit(key) }
        guard let slot = self.journal.index.find(key) else {
            self.counters.readMisses += 1
            return Reading(.missing)
        }
        let reading = try self.read(slot, key, into: &value)
        if reading.outcome == .missing { self.counters.readMisses += 1 } else { self.counters.readHits += 1 }
        return reading
    }

    /// Tells whether readers see `key`, without reading its value when that can be avoided.
    package func look(at key: Span<UInt8>) throws(ReplicaError) -> Reading {
        if self.staged != nil, let staged = self.stagedSiblings(of: key) {
            var value: [UInt8] = []
            return self.view(staged, of: key, heldUntil: 0, into: &value)
        }
        if !self.isLeaderless { try self.admit(key) }
        guard let slot = self.journal.index.find(key) else { return Reading(.missing) }
        return try self.look(at: slot, key)
    }

    /// As ``look(at:)`` for a key whose slot is known.
    package func look(at slot: SlotID, _ key: Span<UInt8>) throws(ReplicaError) -> Reading {
        if self.journal.index.recordCount(of: slot) == 1 {
            let record = self.journal.index.first(of: slot)
            if record.operation == .delete || self.isExpired(record) {
                return Reading(.missing, heldUntil: record.lsn + 1)
            }
            if record.operation == .put, !self.configuration.resolvers.judgesSingles {
                return Reading(.found, expiry: self.journal.index.expiry(of: record), heldUntil: record.lsn + 1)
            }
        }
        var value = self.takeScratch()
        defer { self.scratch = value }
        return try self.read(slot, key, into: &value)
    }

    /// Whether the key in the slot is seen by readers, as far as that can be told without its value.
    package func isVisible(_ slot: SlotID) -> Bool {
        var isVisible = false
        self.journal.index.forEachRecord(of: slot) { record in
            if record.operation != .delete, !self.isExpired(record) { isVisible = true }
        }
        return isVisible
    }

    /// The key's siblings as they are stored, and the token to replace exactly them.
    package func siblings(of key: Span<UInt8>) throws(ReplicaError) -> KeySiblings {
        if self.staged != nil, let staged = self.stagedSiblings(of: key) {
            var context = CausalContext()
            for sibling in staged { context.insert(sibling.dot) }
            return KeySiblings(siblings: staged, context: context, heldUntil: 0)
        }
        if !self.isLeaderless { try self.admit(key) }
        guard let slot = self.journal.index.find(key) else {
            return KeySiblings(siblings: [], context: CausalContext(), heldUntil: 0)
        }
        return try self.siblings(in: slot)
    }

    package func siblings(in slot: SlotID) throws(ReplicaError) -> KeySiblings {
        var result = KeySiblings(siblings: [], context: CausalContext(), heldUntil: 0)
        for record in self.journal.index.records(of: slot) {
            result.context.insert(record.dot)
            result.heldUntil = max(result.heldUntil, record.lsn + 1)
            guard record.operation != .delete, !self.isExpired(record) else { continue }
            var value: [UInt8] = []
            try self.readValue(record, into: &value)
            result.siblings.append(
                Sibling(
                    dot: record.dot, clock: record.clock, timestamp: record.timestamp, operation: record.operation,
                    value: value, expiry: self.journal.index.expiry(of: record)))
        }
        result.siblings.sort(by: Sibling.precedes)
        return result
    }

    /// A digest of all live records and the context: equal on equal nodes. 32 hexadecimal digits.
    package func digest() -> String {
        let (first, second) = self.journal.liveHash
        let hash = Digest.stateHash(
            context: self.journal.context, liveHash: UInt128(first) << 64 | UInt128(second))
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    func isExpired(_ record: LiveRecord) -> Bool {
        guard record.hasExpiry, let expiry = self.journal.index.expiry(of: record) else { return false }
        return expiry <= self.wallNow.milliseconds
    }

    func readValue(_ record: LiveRecord, into value: inout [UInt8]) throws(ReplicaError) {
        do throws(JournalError) {
            try self.journal.readValue(record, into: &value)
        } catch {
            throw .journal(error)
        }
    }

    private func read(
        _ slot: SlotID, _ key: Span<UInt8>, into value: inout [UInt8]
    ) throws(ReplicaError) -> Reading {
        if self.journal.index.recordCount(of: slot) == 1 {
            let record = self.journal.index.first(of: slot)
            if record.operation == .delete || self.isExpired(record) {
                return Reading(.missing, heldUntil: record.lsn + 1)
            }
            if record.operation == .put, !self.configuration.resolvers.judgesSingles {
                try self.readValue(record, into: &value)
                return Reading(.found, expiry: self.journal.index.expiry(of: record), heldUntil: record.lsn + 1)
            }
        }
        let found = try self.siblings(in: slot)
        return self.view(found.siblings, of: key, heldUntil: found.heldUntil, into: &value)
    }

    /// What the key's resolver shows of siblings.
    func view(
        _ siblings: [Sibling], of key: Span<UInt8>, heldUntil: UInt64, into value: inout [UInt8]
    ) -> Reading {
        guard !siblings.isEmpty else { return Reading(.missing, heldUntil: heldUntil) }
        let resolver = self.configuration.resolvers.resolver(for: key)
        switch resolver.view(of: Key(Array(copying: key)), siblings) {
        case .value(let bytes, let expiry):
            value = bytes
            return Reading(.found, expiry: expiry, heldUntil: heldUntil)
        case .undecided:
            return Reading(.undecided(siblings: siblings.count), heldUntil: heldUntil)
        case .absent:
            return Reading(.missing, heldUntil: heldUntil)
        }
    }

    private func takeScratch() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &self.scratch)
        return taken
    }
}
