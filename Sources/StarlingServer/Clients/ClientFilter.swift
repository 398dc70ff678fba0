import Platform

/// Which clients `CLIENT KILL` means; what is set must all be met.
struct ClientFilter {
    var number: UInt64?
    var address: String?
    /// Whether something was asked for that no client here is.
    var matchesNone = false
    var skipsOwn = true

    func matches(_ client: Client, own: UInt64) -> Bool {
        if self.matchesNone { return false }
        if self.skipsOwn, client.number == own { return false }
        if let number = self.number, client.number != number { return false }
        if let address = self.address, client.remote.description != address { return false }
        return true
    }
}
