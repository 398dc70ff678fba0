/// One end of a range of keys.
package enum KeyBound: Hashable, Sendable {
    /// The range has no end on this side.
    case unbounded
    /// The range ends at this key and holds it.
    case including([UInt8])
    /// The range ends at this key and does not hold it.
    case excluding([UInt8])
}
