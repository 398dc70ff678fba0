/// Decodes the members of an object.
struct JSONKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let codingPath: [any CodingKey]

    /// In the order of the text.
    var allKeys: [Key] {
        self.object.names.compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool {
        self.object[key.stringValue] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try self.member(key).value == .null
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try self.member(key).decode(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try self.member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        self.decoder(for: JSONCodingKey.superclass)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        self.decoder(for: key)
    }

    /// - Throws: `DecodingError.keyNotFound` if there is no such member.
    private func member(_ key: Key) throws -> JSONTreeDecoder {
        guard self.contains(key) else {
            let description = "there is no member \"\(key.stringValue)\""
            throw DecodingError.keyNotFound(
                key, DecodingError.Context(codingPath: self.codingPath, debugDescription: description))
        }
        return self.decoder(for: key)
    }

    private func decoder(for key: some CodingKey) -> JSONTreeDecoder {
        JSONTreeDecoder(value: self.object[key.stringValue] ?? .null, codingPath: self.codingPath + [key])
    }
}
