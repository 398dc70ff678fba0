import Journal

/// Bounds of ranges of keys.
enum KeyRange {
    /// The end of the range of keys that start with `prefix`: the first key behind all of them.
    static func end(ofPrefix prefix: [UInt8]) -> KeyBound {
        var end = prefix
        while let last = end.popLast() {
            guard last == .max else {
                end.append(last + 1)
                return .excluding(end)
            }
        }
        return .unbounded
    }
}
