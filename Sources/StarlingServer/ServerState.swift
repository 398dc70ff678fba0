import Causality
import Platform
import Replication

/// What the sessions of one node share.
final class ServerState {
    let configuration: ServerConfiguration
    let startedAt: Instant
    var clients = ClientRegistry()
    var statistics = CommandStatistics()
    /// Connections turned away since the start.
    var refusedConnections: UInt64 = 0
    /// Clients that wait for another mode.
    var modeQuestions = ModeQuestions()
    /// Clients whose requests are passed on.
    var forwardings: [RESPForwarding] = []
    /// Requests that were passed on since the start.
    var forwardedRequests: UInt64 = 0
    /// How often another node was heard to lead.
    private(set) var leaderChanges: UInt64 = 0
    /// Clients that wait in `WAIT`.
    var waitingClients = 0
    /// Where a request reads a value to; shared, for one request is served at a time.
    var value: [UInt8] = []
    /// For `RANDOMKEY`: nothing depends on it being random.
    private var scattered: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(configuration: ServerConfiguration, startedAt: Instant) {
        self.configuration = configuration
        self.startedAt = startedAt
    }

    /// Takes notice of what the node tells its owner.
    ///
    /// - Parameter leader: where the leader is now; nil while nobody is known to lead.
    func note(_ event: ReplicaEvent, own: PeerID, leader: NetworkAddress?, isLeaderless: Bool) {
        switch event {
        case .leader, .leaderLost:
            if case .leader = event { self.leaderChanges += 1 }
            for forwarding in self.forwardings where forwarding.address != leader {
                forwarding.end(reason: "another node leads now")
            }
        case .peerFound, .connected, .disconnected, .forgotten, .conflict, .failed, .healing, .healed, .modeChanged,
            .modeKept, .splitBrain, .identityChanged:
            break
        }
        for (question, failure) in self.modeQuestions.settle(event, own: own, isLeaderless: isLeaderless) {
            question.answer(failure)
        }
    }

    /// A number that jumps about. Marsaglia, "Xorshift RNGs" (2003), the triple 13, 7, 17.
    func nextScattered() -> UInt64 {
        self.scattered ^= self.scattered << 13
        self.scattered ^= self.scattered >> 7
        self.scattered ^= self.scattered << 17
        return self.scattered
    }
}
