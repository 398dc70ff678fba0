import RESP

extension RESPValue {
    /// The reply as text, if it is a text or a number.
    var text: String? {
        switch self {
        case .simpleString(let text), .bigNumber(let text): text
        case .bulkString(let bytes): String(decoding: bytes, as: UTF8.self)
        case .verbatimString(_, let bytes): String(decoding: bytes, as: UTF8.self)
        case .integer(let value): String(value)
        case .double(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        case .attributed(_, let value): value.text
        case .null, .error, .array, .map, .set, .push: nil
        }
    }

    /// The reply's bytes, if it is a text.
    var bytes: [UInt8]? {
        switch self {
        case .bulkString(let bytes): bytes
        case .verbatimString(_, let bytes): bytes
        case .attributed(_, let value): value.bytes
        default: self.text.map { Array($0.utf8) }
        }
    }

    /// The reply as a whole number, if it is one, or spells one.
    var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .attributed(_, let value): value.integer
        default: self.text.flatMap { Int64($0) }
        }
    }

    /// The elements of an array, a set or a push.
    var elements: [RESPValue]? {
        switch self {
        case .array(let elements), .set(let elements), .push(let elements): elements
        case .attributed(_, let value): value.elements
        default: nil
        }
    }

    /// The reply as JSON: maps become objects, texts that are not UTF-8 base64.
    var json: JSON {
        switch self {
        case .null: .null
        case .simpleString(let text), .error(let text), .bigNumber(let text): .string(text)
        case .bulkString(let bytes), .verbatimString(_, let bytes):
            .string(String(validating: bytes, as: UTF8.self) ?? Base64.encode(bytes))
        case .integer(let value): .integer(value)
        case .boolean(let value): .boolean(value)
        case .double(let value): .double(value)
        case .array(let elements), .set(let elements), .push(let elements): .array(elements.map(\.json))
        // JSON names have underscores here, as everywhere in what programs read.
        case .map(let entries): .object(entries.map { (RESPValue.jsonName($0.key), $0.value.json) })
        case .attributed(_, let value): value.json
        }
    }

    private static func jsonName(_ key: RESPValue) -> String {
        String((key.text ?? "").map { $0 == "-" ? "_" : $0 })
    }
}
