/// Decodes a value that is one other value.
struct JSONSingleValueDecodingContainer: SingleValueDecodingContainer {
    let decoder: JSONTreeDecoder

    var codingPath: [any CodingKey] { self.decoder.codingPath }

    func decodeNil() -> Bool {
        self.decoder.value == .null
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try self.decoder.decode(type)
    }
}
