/// Which writes the reply to each request told of: entered by sessions, looked up by their clients.
final class SessionLedger {
    /// Only looked up, never iterated.
    private var writes: [UInt64: [Int]] = [:]
    private var lastID: UInt64 = 0

    /// The number of the next request, over all clients.
    func makeID() -> UInt64 {
        self.lastID += 1
        return self.lastID
    }

    /// Notes that the reply to the request tells of these writes.
    func note(_ indices: [Int], under id: UInt64) { self.writes[id] = indices }

    /// Takes out what the reply to the request told of.
    func take(_ id: UInt64) -> [Int] { self.writes.removeValue(forKey: id) ?? [] }
}
