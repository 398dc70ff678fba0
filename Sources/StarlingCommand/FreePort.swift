import Platform
import PosixPlatform

/// Finds ports that nobody listens on.
enum FreePort {
    /// How many are tried.
    static let attempts: UInt16 = 200

    /// Returns the first free port from `port` on; nil if the next ones are all taken.
    ///
    /// It is free now; somebody else may take it before it is used.
    static func first(from port: UInt16, host: String) -> UInt16? {
        guard port > 0, let environment = try? PosixEnvironment(trace: { _ in }) else { return nil }
        defer { environment.close() }
        let (last, overflow) = port.addingReportingOverflow(Self.attempts - 1)
        for candidate in port...(overflow ? .max : last) {
            if (try? environment.network.listen(on: NetworkAddress(host: host, port: candidate))) != nil {
                environment.network.stopListening()
                return candidate
            }
        }
        return nil
    }
}
