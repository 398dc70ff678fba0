/// Why replies that were held are never sent.
package enum HeldFailure: Hashable, Sendable {
    /// The log failed before it was synced.
    case storage
    /// The node led, and leads no more: whether the writes will be applied nobody knows.
    case leadership
}
