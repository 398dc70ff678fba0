/// JSON text, parsed.
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The digits as they stand in the text, so that no type's range is lost on the way.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The kind in words, for errors.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// The members of a parsed object.
struct JSONObject: Hashable, Sendable {
    /// In the order of the text.
    private(set) var names: [String] = []
    private var values: [String: JSONValue] = [:]

    /// The member's value; nil if there is no such member.
    subscript(name: String) -> JSONValue? {
        self.values[name]
    }

    /// Adds a member and returns true; returns false if there is one of that name.
    mutating func add(_ name: String, _ value: JSONValue) -> Bool {
        guard self.values.updateValue(value, forKey: name) == nil else { return false }
        self.names.append(name)
        return true
    }
}
