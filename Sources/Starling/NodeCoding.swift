public import DataModel

extension Node {
    /// Writes an encodable value, as compact JSON unless another coder is given.
    @discardableResult
    public func put(
        encoding value: some Encodable, with encoder: some ValueEncoder = JSONValueCoder(), for key: Key,
        expiresAfter lifetime: Duration? = nil, after context: CausalContext? = nil, acknowledgedBy peerCount: Int = 0
    ) async throws(NodeError) -> Receipt {
        let bytes: [UInt8]
        do {
            bytes = try encoder.bytes(encoding: value)
        } catch {
            throw NodeError(
                code: .coding, message: "the value for key \"\(key)\" cannot be encoded: \(error)", cause: error)
        }
        return try await self.put(
            Value(bytes), for: key, expiresAfter: lifetime, after: context, acknowledgedBy: peerCount)
    }

    /// Reads a decodable value, from JSON unless another coder is given; nil if there is nothing to see.
    public func value<Content: Decodable>(
        _ type: Content.Type, for key: Key, with decoder: some ValueDecoder = JSONValueCoder(),
        consistency: ReadConsistency = .linearizable
    ) async throws(NodeError) -> Content? {
        guard let value = try await self.value(for: key, consistency: consistency) else { return nil }
        do {
            return try decoder.value(type, decoding: value.bytes)
        } catch {
            throw NodeError(
                code: .coding, message: "the value of key \"\(key)\" is not \(type): \(error)", cause: error)
        }
    }
}
