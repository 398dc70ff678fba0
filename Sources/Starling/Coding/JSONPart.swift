/// A piece of JSON text still to be written.
///
/// Arrays and objects are references, because `Encodable` types fill their containers after these
/// have been put in place.
enum JSONPart {
    /// A number, `true`, `false` or `null`, as it will stand in the text.
    case literal(String)
    case string(String)
    case array(JSONArrayPart)
    case object(JSONObjectPart)
    /// What a `superEncoder` will have encoded by the end.
    case deferred(JSONSlot)

    static var null: JSONPart { .literal("null") }

    /// Appends the text. Recursion is bounded by the depth that encoders allow.
    func write(to bytes: inout [UInt8]) {
        switch self {
        case .literal(let text):
            bytes.append(contentsOf: text.utf8)
        case .string(let text):
            JSONPart.write(text, to: &bytes)
        case .deferred(let slot):
            slot.finished.write(to: &bytes)
        case .array(let array):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in array.elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            let sorted = object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONPart.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a string in quotes, with the escapes that RFC 8259, section 7, demands and no others.
    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x00..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: (byte < 0x10 ? "0" : "").utf8)
                bytes.append(contentsOf: String(byte, radix: 16).utf8)
            default:
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// The elements of a JSON array under construction.
final class JSONArrayPart {
    var elements: [JSONPart] = []
}

/// The members of a JSON object under construction.
final class JSONObjectPart {
    var members: [String: JSONPart] = [:]
}

/// A place that an encoder fills.
final class JSONSlot {
    var part: JSONPart?

    /// What was encoded; an empty object if nothing was.
    var finished: JSONPart {
        self.part ?? .object(JSONObjectPart())
    }
}
