import ByteCoding
import RESP
import Replication

// MULTI, EXEC, DISCARD, WATCH, UNWATCH.
extension RESPSession {
    func perform(
        _ command: TransactionCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        switch command {
        case .multi:
            guard !self.isQueueing else { throw .reply("ERR MULTI calls can not be nested") }
            self.openTransaction().open()
            self.appendOK(connection)
        case .execute: try self.execute(connection, replica)
        case .discard:
            guard self.isQueueing else { throw .reply("ERR DISCARD without MULTI") }
            self.endTransaction()
            self.appendOK(connection)
        case .watch: try self.watch(bytes, connection, replica)
        case .unwatch:
            if self.isQueueing { self.transaction?.watched.removeAll() } else { self.endTransaction() }
            self.appendOK(connection)
        }
    }

    /// Whether requests are queued and not done at once.
    var isQueueing: Bool { self.transaction?.isOpen ?? false }

    /// Queues a request of an open transaction.
    func enqueue(
        _ command: Command, _ bytes: Span<UInt8>, _ connection: ClientConnection
    ) throws(CommandFailure) {
        guard let transaction = self.transaction else { return }
        guard command.isTransactional else {
            transaction.isBroken = true
            throw .reply("ERR \(command.row.name) is not allowed in a transaction")
        }
        let byteCount = self.request.arguments.reduce(0) { $0 + $1.count }
        guard transaction.hasRoom(for: byteCount) else {
            transaction.isBroken = true
            throw .reply("ERR the transaction is larger than a batch may be; send it in parts")
        }
        var request = RESPRequest()
        var copy: [UInt8] = []
        copy.reserveCapacity(byteCount)
        for argument in self.request.arguments {
            let start = copy.count
            copy.append(contentsOf: [UInt8](copying: bytes.extracting(argument)))
            request.arguments.append(start..<copy.count)
        }
        transaction.append(QueuedTransaction.Queued(command: command, request: request, bytes: copy))
        self.encoder.appendSimpleString("QUEUED", to: &connection.output.bytes)
    }

    /// Gives up what is queued and watched, here and where it was passed on to.
    func endTransaction() {
        if self.transaction?.isWatchedElsewhere ?? false { self.endForwarding() }
        self.transaction = nil
    }

    func openTransaction() -> QueuedTransaction {
        let transaction = self.transaction ?? QueuedTransaction()
        self.transaction = transaction
        return transaction
    }

    private func watch(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        guard !self.isQueueing else { throw .reply("ERR WATCH inside MULTI is not allowed") }
        let transaction = self.openTransaction()
        guard transaction.watched.count + self.argumentCount - 1 <= QueuedTransaction.watchedMaximum else {
            throw .reply("ERR more than \(QueuedTransaction.watchedMaximum) keys watched by one client")
        }
        try self.admit(.read, replica)
        var watched: [QueuedTransaction.Watched] = []
        for index in 1..<self.argumentCount {
            let key = self.copy(index, bytes)
            // A write under way would be taken for one that came after.
            if !replica.isLeaderless { _ = try self.look(at: key.span, replica) }
            watched.append(QueuedTransaction.Watched(key: key, dots: replica.visibleDots(of: key.span)))
        }
        transaction.watched += watched
        self.appendOK(connection)
    }

    /// Does all that was queued: writes are staged, and then made as one batch.
    private func execute(_ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        guard let transaction = self.transaction, transaction.isOpen else { throw .reply("ERR EXEC without MULTI") }
        guard !transaction.isBroken else {
            self.transaction = nil
            throw .reply("EXECABORT Transaction discarded because of previous errors.")
        }
        do throws(CommandFailure) {
            try self.admit(transaction, replica)
        } catch {
            // Refused for good: nothing of it is done.
            if case .reply = error { self.transaction = nil }
            throw error
        }
        if transaction.isWatchedElsewhere {
            // Who led then cannot be asked any more whether the keys were written.
            self.endTransaction()
            self.encoder.appendNullArray(to: &connection.output.bytes)
            return
        }
        for watched in transaction.watched where replica.visibleDots(of: watched.key.span) != watched.dots {
            // That the key was written may be news that a crash could take back.
            self.holdReply(until: try self.look(at: watched.key.span, replica).heldUntil)
            self.transaction = nil
            self.encoder.appendNullArray(to: &connection.output.bytes)
            return
        }
        self.encoder.appendArrayHeader(count: transaction.queue.count, to: &connection.output.bytes)
        let start = connection.output.bytes.count
        replica.beginTransaction()
        defer { replica.abandonTransaction() }
        for queued in transaction.queue {
            try self.perform(queued, connection, replica)
            guard connection.output.bytes.count - start <= Self.maximumReplyLength else {
                self.transaction = nil
                throw .reply(
                    "EXECABORT Transaction discarded: its replies are more than \(Self.maximumReplyLength) bytes")
            }
        }
        do throws(ReplicaError) {
            if let receipt = try replica.commitTransaction() { self.note(receipt) }
        } catch {
            let failure = CommandFailure(error)
            guard case .reply(let text) = failure else { throw failure }
            self.transaction = nil
            throw .reply("EXECABORT Transaction discarded, nothing was written: \(text)")
        }
        self.transaction = nil
    }

    /// Does one request; one that fails has its error among the replies, and the others go on.
    private func perform(
        _ queued: QueuedTransaction.Queued, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let start = connection.output.bytes.count
        self.request = queued.request
        do throws(CommandFailure) {
            try self.performQueued(queued.command, queued.bytes.span, connection, replica)
            self.state.statistics.noteCall(queued.command)
        } catch {
            guard case .reply(let text) = error else { throw error }
            self.dropReply(from: start, connection)
            self.state.statistics.noteFailure(queued.command)
            self.state.statistics.noteError(text)
            self.encoder.appendError(text, to: &connection.output.bytes)
        }
    }
}

extension Command {
    /// Whether the command may be queued: those that read or write single keys. What walks over all keys would not see
    /// what the transaction has written, and what waits would stop everybody.
    var isTransactional: Bool {
        switch self {
        case .string: true
        case .key(let command):
            switch command {
            case .keys, .scan, .randomKey, .wait: false
            case .delete, .unlink, .exists, .touch, .type, .expire, .expireMilliseconds, .expireAt,
                .expireAtMilliseconds, .timeToLive, .timeToLiveMilliseconds, .expireTime, .expireTimeMilliseconds,
                .persist, .object:
                true
            }
        case .connection(let command): command == .ping || command == .echo || command == .select
        case .transaction(let command): command == .unwatch
        case .server: false
        }
    }

    /// Whether the command is done at once also between `MULTI` and `EXEC`.
    var endsQueueing: Bool {
        switch self {
        case .transaction(let command): command != .unwatch
        case .connection(let command): command == .quit || command == .reset
        case .string, .key, .server: false
        }
    }
}
