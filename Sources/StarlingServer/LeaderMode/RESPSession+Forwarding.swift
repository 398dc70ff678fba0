import ByteCoding
import Platform
import RESP
import Replication

// Requests that the leader answers for this node.
extension RESPSession {
    /// Whether the request must wait until what was passed on before it is answered: all but those that follow on the
    /// same way, so that answers keep their order.
    func mustAwaitAnswers(_ bytes: Span<UInt8>, _ replica: Replica) -> Bool {
        guard let forwarding, forwarding.isAwaited else { return false }
        guard !self.isQueueing, let command = Command(RESPToken(of: bytes.extracting(self.argument(0)))),
            command.accepts(argumentCount: self.argumentCount),
            forwarding.hasRoom(within: replica.configuration.limits.outputLength),
            LeaderDirection(replica).address == forwarding.address
        else { return true }
        switch command.access(argumentCount: self.argumentCount) {
        case .none: return true
        case .read: return self.client.readsLocally
        case .write, .readAndWrite: return false
        }
    }

    /// Passes the request on to the leader, unless the client or the configuration does not want that.
    func forward(
        _ command: Command, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica,
        orReply text: String
    ) throws(CommandFailure) -> CommandOutcome {
        guard self.state.configuration.forwards, !self.client.isForwarded, !self.client.followsRedirects,
            let address = LeaderDirection(replica).address, let forwarding = self.forwarding(to: address, connection)
        else {
            self.state.statistics.noteFailure(command)
            if case .transaction(.execute) = command { self.endTransaction() }
            throw .reply(text)
        }
        let isTold = self.replyMode == .on
        self.state.forwardedRequests += 1
        self.state.statistics.noteCall(command)
        switch command {
        case .transaction(.execute):
            self.forwardTransaction(to: forwarding, isTold: isTold, connection)
        case .transaction(.watch):
            self.openTransaction().watch(by: forwarding)
            forwarding.send(self.words(of: self.request, bytes), isTold: isTold)
        case .string, .key, .connection, .server, .transaction:
            let access = command.access(argumentCount: self.argumentCount)
            if case .server(.starling) = command { self.hasForwardedWrite = true }
            if access == .write || access == .readAndWrite { self.hasForwardedWrite = true }
            forwarding.send(self.words(of: self.request, bytes), isTold: isTold)
        }
        return .done
    }

    /// Gives up the way to the leader, if there is one.
    func endForwarding() {
        self.forwarding?.abandon()
        self.forwarding = nil
    }

    /// Passes on all that was queued, of which the client is told the last answer only.
    private func forwardTransaction(to forwarding: RESPForwarding, isTold: Bool, _ connection: ClientConnection) {
        guard let transaction = self.transaction else { return }
        self.transaction = nil
        guard transaction.watched.isEmpty, !transaction.isWatchedElsewhere || transaction.watcher === forwarding else {
            // What was watched here, or by who led before, the leader cannot know to be as it was.
            self.encoder.appendNullArray(to: &connection.output.bytes)
            return
        }
        forwarding.send([Array("MULTI".utf8)], isTold: false)
        for queued in transaction.queue {
            forwarding.send(self.words(of: queued.request, queued.bytes.span), isTold: false)
        }
        forwarding.send([Array("EXEC".utf8)], isTold: isTold)
        self.hasForwardedWrite = true
    }

    /// The way to the leader. If it led elsewhere before, what was watched there cannot be asked for any more.
    private func forwarding(to address: NetworkAddress, _ connection: ClientConnection) -> RESPForwarding? {
        if let forwarding, forwarding.address == address { return forwarding }
        self.endForwarding()
        self.forwarding = RESPForwarding(to: address, for: self, on: connection, version: self.encoder.version)
        return self.forwarding
    }

    private func words(of request: RESPRequest, _ bytes: Span<UInt8>) -> [[UInt8]] {
        request.arguments.map { [UInt8](copying: bytes.extracting($0)) }
    }
}
