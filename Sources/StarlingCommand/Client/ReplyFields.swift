import RESP

/// The named parts of a reply: a map, or a flat list of names and values as in version 2.
struct ReplyFields {
    private var entries: [(name: String, value: RESPValue)] = []

    /// Nil if the reply is neither.
    init?(_ reply: RESPValue) {
        switch reply {
        case .map(let entries):
            for entry in entries {
                guard let name = entry.key.text else { return nil }
                self.entries.append((name, entry.value))
            }
        case .array(let elements) where elements.count.isMultiple(of: 2):
            for index in stride(from: 0, to: elements.count, by: 2) {
                guard let name = elements[index].text else { return nil }
                self.entries.append((name, elements[index + 1]))
            }
        case .attributed(_, let value):
            guard let fields = ReplyFields(value) else { return nil }
            self = fields
        default:
            return nil
        }
    }

    /// The part of that name; nil if it is missing or null.
    subscript(name: String) -> RESPValue? {
        guard let value = self.entries.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    /// The part as text; empty if it is missing.
    func text(_ name: String) -> String {
        self[name]?.text ?? ""
    }

    /// The part as a number that is not negative; nil if it is missing or none.
    func number(_ name: String) -> UInt64? {
        self[name]?.integer.flatMap { UInt64(exactly: $0) }
    }

    /// The part's elements; none if it is missing or no list.
    func list(_ name: String) -> [RESPValue] {
        self[name]?.elements ?? []
    }
}
