import PosixPlatform

/// This machine's addresses.
enum LocalHosts {
    /// All of them, numeric, sorted; none if the system does not say.
    ///
    /// It starts threads, which end before it returns, and so does not stand in the way of ``SignalSource``.
    static var all: [String] {
        guard let environment = try? PosixEnvironment(trace: { _ in }) else { return [] }
        defer { environment.close() }
        return environment.network.localHosts()
    }
}
