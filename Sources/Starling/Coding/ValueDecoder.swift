/// Turns stored bytes back into `Decodable` values; the other half of ``ValueEncoder``.
public protocol ValueDecoder: Sendable {
    /// Returns the value that `bytes` stand for.
    ///
    /// - Throws: whatever the coder or the value's own `init(from:)` throws.
    func value<Value: Decodable>(_ type: Value.Type, decoding bytes: [UInt8]) throws -> Value
}
