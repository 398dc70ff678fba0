import Causality
import RESP
import Replication

extension RESPSession {
    /// `STARLING FORGET peer [peer ...]`: answers the peer IDs that were forgotten, once that is durable.
    func forget(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        guard self.argumentCount > 2 else { throw .wrongArgumentCount("starling|forget") }
        var names: [String] = []
        for index in 2..<self.argumentCount { names.append(self.text(index, bytes)) }
        let isSilent = self.replyMode != .on
        var isAnswered = false
        var isSuspended = false
        replica.forget(names) { [weak self, weak connection] result in
            isAnswered = true
            guard let self, let connection else { return }
            if !isSilent || !isSuspended { self.answer(result, connection) }
            if isSuspended { connection.resume() }
        }
        guard !isAnswered else { return .done }
        isSuspended = true
        return .suspended
    }

    private func answer(_ result: Result<[PeerID], ReplicaError>, _ connection: ClientConnection) {
        switch result {
        case .success(let peers):
            self.encoder.appendArrayHeader(count: peers.count, to: &connection.output.bytes)
            for peer in peers { self.encoder.appendBulk(peer.description, to: &connection.output.bytes) }
        case .failure(let error):
            self.state.statistics.noteError(error.replyText)
            self.encoder.appendError(error.replyText, to: &connection.output.bytes)
        }
    }
}
