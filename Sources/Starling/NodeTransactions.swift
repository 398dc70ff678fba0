import Replication

extension Node {
    /// Reads and writes as one step: nobody writes here in between, and of what it writes all survives a crash or
    /// nothing, and readers see all or nothing, here and on every other node.
    ///
    /// Without a leader nodes write without asking each other, so a transaction on another node may write the same
    /// keys at the same time: both stay, as siblings. In leader mode transactions are serializable, and only the
    /// leader makes them. A `body` that throws leaves no trace.
    ///
    /// - Parameter body: is called on the node's thread, which serves nobody else meanwhile, and once more each time
    ///   the log has no room at the moment, or what it reads is being written. It does nothing but read, decide and
    ///   write.
    /// - Returns: what `body` returns, when its writes are as durable as the configuration says.
    /// - Throws: what `body` throws, or ``NodeError``; the writes of one transaction are bounded as a
    ///   ``WriteBatch``'s are.
    @discardableResult
    public func transaction<Answer: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Answer
    ) async throws -> Answer {
        let result: Result<Answer, any Error> = try await self.perform { loop in
            let replica = loop.replica
            try replica.admitRead(isLocal: false)
            let transaction = Transaction(on: replica)
            replica.beginTransaction()
            defer {
                transaction.end()
                replica.abandonTransaction()
            }
            let answer: Answer
            do {
                answer = try body(transaction)
                if transaction.mustWait { throw ReplicaError.busy }
            } catch {
                // Whatever the body made of it: what it reads is being written, and it is to begin anew.
                if transaction.mustWait { throw ReplicaError.busy }
                return Held(.failure(error), until: transaction.heldUntil)
            }
            if let receipt = try replica.commitTransaction() { transaction.hold(until: receipt.heldUntil) }
            return Held(.success(answer), until: transaction.heldUntil)
        }
        return try result.get()
    }
}
