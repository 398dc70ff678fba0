/// The bytes of an input, taken from the front; zeros when they are used up.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        self.rest = bytes[...]
    }

    var isEmpty: Bool { self.rest.isEmpty }

    mutating func byte() -> UInt8 {
        self.rest.popFirst() ?? 0
    }

    /// A number of two bytes, the low one first.
    mutating func short() -> Int {
        let low = self.byte()
        return Int(low) | Int(self.byte()) << 8
    }

    /// As many bytes as there are, up to `count`.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { self.rest = self.rest.dropFirst(count) }
        return Array(self.rest.prefix(count))
    }

    /// All bytes that are left, cut into pieces of lengths that `seed` decides; zero leaves them whole.
    static func pieces(of bytes: some Sequence<UInt8>, seed: UInt8) -> [[UInt8]] {
        let bytes = Array(bytes)
        guard seed > 0 else { return [bytes] }
        var pieces: [[UInt8]] = []
        var start = 0
        var state = UInt32(seed)
        while start < bytes.count {
            state = state &* 1_664_525 &+ 1_013_904_223
            // Small seeds cut small: 1 cuts into single bytes.
            let end = min(bytes.count, start + 1 + Int(state >> 16) % Int(seed))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}
