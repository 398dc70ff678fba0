/// Decodes the elements of an array, front to back.
struct JSONUnkeyedDecodingContainer: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(elements: [JSONValue], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    var count: Int? { self.elements.count }
    var isAtEnd: Bool { self.currentIndex >= self.elements.count }

    /// Steps over a null; stays at anything else.
    mutating func decodeNil() throws -> Bool {
        guard try self.element(Never?.self).value == .null else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try self.element(type).decode(type)
        self.currentIndex += 1
        return value
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try self.element(KeyedDecodingContainer<NestedKey>.self).container(keyedBy: type)
        self.currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try self.element((any UnkeyedDecodingContainer).self).unkeyedContainer()
        self.currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try self.element((any Decoder).self)
        self.currentIndex += 1
        return decoder
    }

    /// - Throws: `DecodingError.valueNotFound` at the end.
    private func element(_ type: Any.Type) throws -> JSONTreeDecoder {
        let path = self.codingPath + [JSONCodingKey(index: self.currentIndex)]
        guard !self.isAtEnd else {
            let context = DecodingError.Context(codingPath: path, debugDescription: "the array ends here")
            throw DecodingError.valueNotFound(type, context)
        }
        return JSONTreeDecoder(value: self.elements[self.currentIndex], codingPath: path)
    }
}
