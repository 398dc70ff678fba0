/// Turns `Encodable` values into the bytes that are stored.
///
/// ``JSONValueCoder`` is the default. Any other coder can take its place by a small conformance:
///
/// ```swift
/// struct FoundationJSON: ValueEncoder {
///     func bytes(encoding value: some Encodable) throws -> [UInt8] { Array(try JSONEncoder().encode(value)) }
/// }
/// ```
///
/// A coder whose bytes go into a resolver MUST give equal bytes for equal values, on every node.
public protocol ValueEncoder: Sendable {
    /// Returns the bytes that stand for `value`.
    ///
    /// - Throws: whatever the coder or the value's own `encode(to:)` throws.
    func bytes(encoding value: some Encodable) throws -> [UInt8]
}
