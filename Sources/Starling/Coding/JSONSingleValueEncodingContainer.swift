/// Encodes a value that is one other value.
struct JSONSingleValueEncodingContainer: SingleValueEncodingContainer {
    let encoder: JSONTreeEncoder

    var codingPath: [any CodingKey] { self.encoder.codingPath }

    mutating func encodeNil() throws {
        self.encoder.claim(.null)
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        let part = try self.encoder.part(encoding: value)
        self.encoder.claim(part)
    }
}
