public import Causality
public import DataModel
import Journal
import Platform
import Replication

extension Node {
    /// What readers see of `key`; nil if there is nothing to see.
    ///
    /// - Parameter consistency: what the read promises in leader mode.
    /// - Throws: ``NodeError`` with code `undecided` when the key's resolver leaves a conflict to the
    ///   reader, see ``siblings(for:consistency:)``; `notLeader` when another node has to be asked.
    public func value(
        for key: Key, consistency: ReadConsistency = .linearizable
    ) async throws(NodeError) -> Value? {
        try await self.perform { loop in
            try loop.replica.admitRead(isLocal: consistency == .local)
            var bytes: [UInt8] = []
            let reading = try loop.replica.read(key.bytes.span, into: &bytes)
            switch reading.outcome {
            case .missing: return Held(nil, until: reading.heldUntil)
            case .found: return Held(Value(bytes), until: reading.heldUntil)
            case .undecided(let count): throw NodeError.undecided(key, count)
            }
        }
    }

    /// The key's siblings unresolved, with the context to replace exactly them.
    public func siblings(
        for key: Key, consistency: ReadConsistency = .linearizable
    ) async throws(NodeError) -> Siblings {
        try await self.perform { loop in
            try loop.replica.admitRead(isLocal: consistency == .local)
            let found = try loop.replica.siblings(of: key.bytes.span)
            return Held(Siblings(siblings: found.siblings, context: found.context), until: found.heldUntil)
        }
    }

    /// Writes a value and returns when it is as durable as the configuration says.
    ///
    /// - Parameters:
    ///   - lifetime: how long readers see it; nil for ever. Kept in the record: all nodes agree on it.
    ///   - context: what the caller had read of the key. The write replaces exactly that; what it does
    ///     not know of stays beside it as a sibling. nil replaces what this node holds.
    ///   - peerCount: how many peers must be known to hold the write before this returns.
    /// - Throws: ``NodeError`` with code `timeout` when the peers did not acknowledge within ten
    ///   seconds (the write stays and will reach them), `tooLarge`, `storageFull`, `storageFailed`
    ///   or `closed`.
    @discardableResult
    public func put(
        _ value: Value, for key: Key, expiresAfter lifetime: Duration? = nil, after context: CausalContext? = nil,
        acknowledgedBy peerCount: Int = 0
    ) async throws(NodeError) -> Receipt {
        let receipt = try await self.perform { loop in
            let expiry = lifetime.map { loop.replica.wallNow.milliseconds &+ Delay($0).wholeMilliseconds }
            let receipt = try loop.replica.put(
                key.bytes.span, value.bytes.span, expiry: expiry, after: context)
            return Held(Receipt(dot: receipt.dot), until: receipt.heldUntil)
        }
        if peerCount > 0 { try await self.wait(for: receipt.dot, acknowledgedBy: peerCount) }
        return receipt
    }

    /// Deletes a key; nil if readers saw none. A value written elsewhere at the same time stays.
    @discardableResult
    public func delete(_ key: Key, after context: CausalContext? = nil) async throws(NodeError) -> Receipt? {
        try await self.perform { loop in
            try loop.replica.admitWrite()
            try loop.replica.admitRead(isLocal: false)
            guard let receipt = try loop.replica.delete(key.bytes.span, after: context) else {
                return Held(nil, until: try loop.replica.look(at: key.bytes.span).heldUntil)
            }
            return Held(Receipt(dot: receipt.dot), until: receipt.heldUntil)
        }
    }

    /// Adds to a number that starts from 0, and returns the sum as this node sees it.
    ///
    /// Exact under concurrent increments if the key's resolver is ``Resolver/counter``.
    @discardableResult
    public func increment(_ key: Key, by amount: Int64 = 1) async throws(NodeError) -> Int64 {
        try await self.perform { loop in
            try loop.replica.admitWrite()
            try loop.replica.admitRead(isLocal: false)
            let (total, receipt) = try loop.replica.increment(key.bytes.span, by: amount)
            return Held(total, until: receipt.heldUntil)
        }
    }

    /// Applies all writes of the batch or none, with one sync; nil for an empty batch.
    @discardableResult
    public func apply(_ batch: WriteBatch) async throws(NodeError) -> Receipt? {
        try await self.perform { loop in
            guard let receipt = try loop.replica.apply(batch.writes) else { return Held(nil) }
            return Held(Receipt(dot: receipt.dot), until: receipt.heldUntil)
        }
    }

    /// Returns when so many peers are known to hold the write.
    ///
    /// - Throws: ``NodeError`` with code `timeout` after ten seconds.
    public func wait(for dot: Dot, acknowledgedBy peerCount: Int) async throws(NodeError) {
        let holders: Int = try await self.performWait(for: dot, count: peerCount, within: .seconds(10))
        guard holders >= peerCount else {
            throw NodeError(
                code: .timeout, message: "write \(dot) is known to be held by \(holders) of \(peerCount) peers.",
                hint: "It stays written here and will reach them.")
        }
    }

    /// The entries that readers see in `range`, in key order or the opposite, at most `limit`.
    ///
    /// They are those of one state, that of when the first of them is asked for, however long the reading takes and
    /// whatever is written meanwhile. It is fetched in pages of a few hundred. Ten minutes without asking for the next
    /// page, or 200,000 entries replaced before they were read, end it with ``NodeError/Code/outdated``.
    public func entries(
        in range: KeyRange = .all, descending: Bool = false, limit: Int = .max,
        consistency: ReadConsistency = .linearizable
    ) -> NodeEntries {
        NodeEntries(node: self, range: range, descending: descending, limit: limit, consistency: consistency)
    }

    /// The keys in `range` as they change, from the state that `context` stands for on. In leader mode too it tells of
    /// what this node has applied.
    ///
    /// Without a context it begins with everything there is. To resume, also after a restart and on
    /// another node, pass the ``Change/context`` of the last change that was dealt with. Another node may
    /// tell again of what it had not heard of yet.
    ///
    /// The sequence ends with ``NodeError/Code/outdated`` when the context is so old that deletes behind it
    /// are forgotten: the reader then begins anew, with nothing.
    public func changes(in range: KeyRange = .all, since context: CausalContext = CausalContext()) -> NodeChanges {
        NodeChanges(node: self, range: range, context: context)
    }
}
