/// Encodes the elements of an array.
struct JSONUnkeyedEncodingContainer: UnkeyedEncodingContainer {
    let encoder: JSONTreeEncoder
    let array: JSONArrayPart

    var codingPath: [any CodingKey] { self.encoder.codingPath }
    var count: Int { self.array.elements.count }

    mutating func encodeNil() throws {
        self.array.elements.append(.null)
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        if let scalar = value as? any JSONScalar, let part = scalar.jsonPart {
            self.array.elements.append(part)
        } else {
            let part = try self.encoder.child(at: JSONCodingKey(index: self.count)).part(encoding: value)
            self.array.elements.append(part)
        }
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        self.place().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        self.place().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        self.place()
    }

    /// An encoder for the next element, whose slot is in place already.
    private func place() -> JSONTreeEncoder {
        let child = self.encoder.child(at: JSONCodingKey(index: self.count))
        self.array.elements.append(.deferred(child.slot))
        return child
    }
}
