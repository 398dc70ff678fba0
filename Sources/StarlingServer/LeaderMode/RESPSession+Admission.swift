import RESP
import Replication

// What leader mode lets be done here. Without it these cost one look at a flag.
extension RESPSession {
    /// Throws unless what is asked for may be done here now.
    ///
    /// - Throws: `busy` when it may soon; else the refusal, with where to go instead.
    func admit(_ access: CommandAccess, _ replica: Replica) throws(CommandFailure) {
        guard !replica.isLeaderless else { return }
        do throws(ReplicaError) {
            switch access {
            case .none: return
            case .read: try replica.admitRead(isLocal: self.client.readsLocally)
            case .write: try replica.admitWrite()
            case .readAndWrite:
                try replica.admitWrite()
                try replica.admitRead(isLocal: false)
            }
        } catch {
            guard case .leadership(let refusal) = error else { throw CommandFailure(error) }
            let direction = LeaderDirection(replica)
            let text = direction.replyText(
                for: refusal, asked: access == .read ? .read : .write,
                followsRedirects: self.client.followsRedirects)
            if case .notLeader = refusal { throw .elsewhere(text) }
            throw .reply(text)
        }
    }

    /// Throws unless all that was queued may be done, as ``admit(_:_:)``; what is watched is part of it.
    func admit(_ transaction: QueuedTransaction, _ replica: Replica) throws(CommandFailure) {
        guard !replica.isLeaderless else { return }
        let accesses = transaction.queue.map { $0.command.access(argumentCount: $0.request.arguments.count) }
        let isReading = !transaction.watched.isEmpty || accesses.contains { $0 == .read || $0 == .readAndWrite }
        let isWriting = accesses.contains { $0 == .write || $0 == .readAndWrite }
        switch (isReading, isWriting) {
        case (false, false): return
        case (true, false): try self.admit(.read, replica)
        case (false, true): try self.admit(.write, replica)
        case (true, true): try self.admit(.readAndWrite, replica)
        }
        // A write under way may be one that a watched key changes by.
        for watched in transaction.watched { _ = try self.look(at: watched.key.span, replica) }
    }
}
