/// Encodes the members of an object.
struct JSONKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONTreeEncoder
    let object: JSONObjectPart

    var codingPath: [any CodingKey] { self.encoder.codingPath }

    mutating func encodeNil(forKey key: Key) throws {
        self.object.members[key.stringValue] = .null
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        self.object.members[key.stringValue] = try self.encoder.child(at: key).part(encoding: value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        self.place(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.place(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        self.place(JSONCodingKey.superclass)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        self.place(key)
    }

    /// An encoder for the member, whose slot is in place already and keeps what was put there before.
    private func place(_ key: some CodingKey) -> JSONTreeEncoder {
        let child = self.encoder.child(at: key)
        if case .deferred(let earlier) = self.object.members[key.stringValue] { child.slot.part = earlier.part }
        self.object.members[key.stringValue] = .deferred(child.slot)
        return child
    }
}
