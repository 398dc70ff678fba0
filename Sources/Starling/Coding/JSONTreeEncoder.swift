/// Collects what one value encodes into a slot.
struct JSONTreeEncoder: Encoder {
    let run: JSONEncodingRun
    let codingPath: [any CodingKey]
    /// Arrays and objects around this value.
    let depth: Int
    /// Values around this value.
    let descents: Int
    let slot = JSONSlot()

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(JSONKeyedEncodingContainer<Key>(encoder: self, object: self.openObject()))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONUnkeyedEncodingContainer(encoder: self, array: self.openArray())
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONSingleValueEncodingContainer(encoder: self)
    }

    /// Returns the JSON form of a value inside this one.
    ///
    /// - Throws: `EncodingError.invalidValue` for a number that is not finite and a descent too deep,
    ///   and whatever the value throws.
    func part(encoding value: some Encodable) throws -> JSONPart {
        if let scalar = value as? any JSONScalar {
            guard let part = scalar.jsonPart else {
                throw self.invalid(value, "JSON has no form for \(value)")
            }
            return part
        }
        guard self.descents < JSONEncodingRun.maximumDescents, self.run.failure == nil else {
            throw self.invalid(value, self.run.failure?.reason ?? "too many values inside each other")
        }
        let child = JSONTreeEncoder(
            run: self.run, codingPath: self.codingPath, depth: self.depth, descents: self.descents + 1)
        try value.encode(to: child)
        return child.slot.finished
    }

    /// An encoder for what lies at `key` in this value's container.
    func child(at key: some CodingKey) -> JSONTreeEncoder {
        JSONTreeEncoder(
            run: self.run, codingPath: self.codingPath + [key], depth: self.depth + 1, descents: self.descents + 1)
    }

    /// The slot's object, made if the slot is empty; asking again continues it.
    func openObject() -> JSONObjectPart {
        if case .object(let object) = self.slot.part { return object }
        let object = JSONObjectPart()
        self.claim(.object(object))
        return object
    }

    /// The slot's array, made if the slot is empty; asking again continues it.
    func openArray() -> JSONArrayPart {
        if case .array(let array) = self.slot.part { return array }
        let array = JSONArrayPart()
        self.claim(.array(array))
        return array
    }

    /// Puts a part into the slot, which must be empty.
    func claim(_ part: JSONPart) {
        switch part {
        case .array, .object:
            if self.depth >= JSONValueCoder.maximumDepth {
                self.run.fail(at: self.codingPath, "nested deeper than \(JSONValueCoder.maximumDepth) levels")
            }
        case .literal, .string, .deferred:
            break
        }
        if self.slot.part != nil { self.run.fail(at: self.codingPath, "the value encodes itself twice") }
        self.slot.part = part
    }

    private func invalid(_ value: some Encodable, _ reason: String) -> EncodingError {
        .invalidValue(value, EncodingError.Context(codingPath: self.codingPath, debugDescription: reason))
    }
}
