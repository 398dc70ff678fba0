/// A version of the protocol, as a connection chooses it by `HELLO`.
package enum RESPVersion: Int, Sendable, Equatable {
    /// The version that every connection starts with.
    case two = 2
    /// The version with maps, sets, booleans, doubles and pushes.
    case three = 3
}
