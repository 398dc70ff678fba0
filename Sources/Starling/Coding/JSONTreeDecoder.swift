/// Hands out one parsed value to the type that decodes itself from it.
struct JSONTreeDecoder: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = self.value else { throw self.mismatch(JSONObject.self, "an object") }
        return KeyedDecodingContainer(JSONKeyedDecodingContainer<Key>(object: object, codingPath: self.codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = self.value else { throw self.mismatch([JSONValue].self, "an array") }
        return JSONUnkeyedDecodingContainer(elements: elements, codingPath: self.codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        JSONSingleValueDecodingContainer(decoder: self)
    }

    /// Returns this decoder's value as `type`.
    ///
    /// - Throws: `DecodingError` if it is of another kind or out of range, and whatever `type` throws.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let scalar = type as? any JSONScalar.Type else { return try Value(from: self) }
        let reading: (any JSONScalar)?
        do throws(JSONScalarError) {
            reading = try scalar.reading(self.value)
        } catch {
            switch error {
            case .outOfRange(let digits):
                throw DecodingError.dataCorrupted(self.context("\(digits) does not fit in \(type)"))
            }
        }
        guard let result = reading as? Value else { throw self.mismatch(type, "\(type)") }
        return result
    }

    private func mismatch(_ type: Any.Type, _ wanted: String) -> DecodingError {
        let context = self.context("wanted \(wanted), found \(self.value.kind)")
        return self.value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    private func context(_ description: String) -> DecodingError.Context {
        DecodingError.Context(codingPath: self.codingPath, debugDescription: description)
    }
}
