import Platform

/// What the sessions of one node share.
final class ServerState {
    let configuration: ServerConfiguration
    let startedAt: Instant
    var clients = ClientRegistry()
    var statistics = CommandStatistics()
    /// Connections turned away since the start.
    var refusedConnections: UInt64 = 0
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

    /// A number that jumps about. Marsaglia, "Xorshift RNGs" (2003), the triple 13, 7, 17.
    func nextScattered() -> UInt64 {
        self.scattered ^= self.scattered << 13
        self.scattered ^= self.scattered >> 7
        self.scattered ^= self.scattered << 17
        return self.scattered
    }
}
