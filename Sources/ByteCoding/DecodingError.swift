/// Why bytes could not be read as what they should be.
@usableFromInline package enum DecodingError: Error, Hashable, Sendable {
    /// The bytes end before the value does.
    case truncated
    /// A length or count is beyond its bound.
    case tooLarge
    /// The bytes say something that the format does not allow.
    case malformed
}
