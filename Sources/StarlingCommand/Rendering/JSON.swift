/// A JSON value, written on one line. Members keep their order.
indirect enum JSON: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([(name: String, value: JSON)])

    static func == (left: JSON, right: JSON) -> Bool {
        left.text == right.text
    }

    /// An object for a script to read: what it is made of is said by its first member, the schema's number.
    ///
    /// The number changes when a member is taken away or changes its meaning.
    static func answer(_ members: [(name: String, value: JSON)]) -> JSON {
        .object([("schema", .integer(1))] + members)
    }

    /// Members that carry bytes: `NAME` if they are UTF-8, else `NAME_base64`.
    static func bytes(_ name: String, _ bytes: [UInt8]) -> (name: String, value: JSON) {
        if let text = String(validating: bytes, as: UTF8.self) {
            return (name, .string(text))
        }
        return (name + "_base64", .string(Base64.encode(bytes)))
    }

    /// The value as JSON text.
    var text: String {
        var output = ""
        self.append(to: &output)
        return output
    }

    private func append(to output: inout String) {
        switch self {
        case .null: output += "null"
        case .boolean(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .unsigned(let value): output += String(value)
        // JSON has no way to write the others.
        case .double(let value): output += value.isFinite ? "\(value)" : "null"
        case .string(let text): Self.append(text, to: &output)
        case .array(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                element.append(to: &output)
            }
            output += "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { output += "," }
                Self.append(member.name, to: &output)
                output += ":"
                member.value.append(to: &output)
            }
            output += "}"
        }
    }

    private static func append(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case "\0"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
