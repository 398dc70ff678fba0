public import DataModel

/// Which keys a scan visits.
public struct KeyRange: Hashable, Sendable {
    var lower: Key?
    var upper: Key?

    /// All keys.
    public static let all = KeyRange(lower: nil, upper: nil)

    /// The keys that begin with `prefix`.
    public static func prefix(_ prefix: Key) -> KeyRange {
        KeyRange(lower: prefix, upper: KeyRange.end(of: prefix))
    }

    /// The keys from `lower` on.
    public static func from(_ lower: Key) -> KeyRange {
        KeyRange(lower: lower, upper: nil)
    }

    /// The keys from `range.lowerBound` up to, not including, `range.upperBound`.
    public static func range(_ range: Range<Key>) -> KeyRange {
        KeyRange(lower: range.lowerBound, upper: range.upperBound)
    }

    func contains(_ key: Key) -> Bool {
        if let lower, key < lower { return false }
        if let upper, key >= upper { return false }
        return true
    }

    /// The least key above every key that begins with `prefix`; nil if there is none.
    private static func end(of prefix: Key) -> Key? {
        var bytes = prefix.bytes
        while let last = bytes.popLast() {
            if last < .max { return Key(bytes + [last + 1]) }
        }
        return nil
    }
}
