public import DataModel
import Platform
import Replication

/// Reads and writes that belong together; see ``Node/transaction(_:)``.
///
/// Of use only within the closure it was given to: afterwards every call throws ``NodeError/Code/closed``.
public final class Transaction {
    private let replica: Replica
    private var isOpen = true
    /// The position up to which the log must be synced before anybody may be told what was read.
    private(set) var heldUntil: UInt64 = 0
    /// Whether something it read is being written: it is to be made again.
    private(set) var mustWait = false

    init(on replica: Replica) {
        self.replica = replica
    }

    /// What readers see of `key`, the transaction's own writes included; nil if there is nothing to see.
    ///
    /// - Throws: ``NodeError`` with code `undecided` when the key's resolver leaves a conflict to the reader.
    public func value(for key: Key) throws(NodeError) -> Value? {
        try self.perform { replica throws(ReplicaError) -> Result<Value?, NodeError> in
            var bytes: [UInt8] = []
            let reading = try replica.read(key.bytes.span, into: &bytes)
            self.hold(until: reading.heldUntil)
            switch reading.outcome {
            case .missing: return .success(nil)
            case .found: return .success(Value(bytes))
            case .undecided(let count): return .failure(NodeError.undecided(key, count))
            }
        }.get()
    }

    /// Writes a value. Replaces all siblings that this node holds of the key.
    ///
    /// - Parameter lifetime: how long readers see it; nil for ever.
    public func put(_ value: Value, for key: Key, expiresAfter lifetime: Duration? = nil) throws(NodeError) {
        try self.perform { replica throws(ReplicaError) in
            let expiry = lifetime.map { replica.wallNow.milliseconds &+ Delay($0).wholeMilliseconds }
            _ = try replica.put(key.bytes.span, value.bytes.span, expiry: expiry)
        }
    }

    /// Deletes a key. Returns whether readers saw it.
    @discardableResult
    public func delete(_ key: Key) throws(NodeError) -> Bool {
        try self.perform { replica throws(ReplicaError) in
            if try replica.delete(key.bytes.span) != nil { return true }
            self.hold(until: try replica.look(at: key.bytes.span).heldUntil)
            return false
        }
    }

    /// Adds to a number that starts from 0, and returns the sum.
    @discardableResult
    public func increment(_ key: Key, by amount: Int64 = 1) throws(NodeError) -> Int64 {
        try self.perform { replica throws(ReplicaError) in try replica.increment(key.bytes.span, by: amount).total }
    }

    /// Ends it: from now on nothing can be done with it.
    func end() {
        self.isOpen = false
    }

    func hold(until lsn: UInt64) {
        self.heldUntil = max(self.heldUntil, lsn)
    }

    private func perform<Answer>(
        _ body: (Replica) throws(ReplicaError) -> Answer
    ) throws(NodeError) -> Answer {
        guard self.isOpen else {
            throw NodeError(
                code: .closed, message: "the transaction has ended.",
                hint: "Use it only within the closure it was given to.")
        }
        do throws(ReplicaError) {
            return try body(self.replica)
        } catch {
            if case .busy = error { self.mustWait = true }
            throw NodeError(error)
        }
    }
}
