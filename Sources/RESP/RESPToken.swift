/// A word of a command, in a form that is cheap to compare without regard to case.
///
/// Up to 16 bytes are packed into two integers, `a` to `z` as `A` to `Z`. A token is made from an argument
/// once, and comparing it to a literal is then two integer comparisons:
///
/// ```swift
/// switch RESPToken(of: bytes.extracting(request.arguments[0])) {
/// case "GET": ...
/// case "SET": ...
/// default: ...
/// }
/// ```
///
/// Words that are longer or hold a zero byte all become one token, ``unknown``, which is equal to no
/// literal. Comparing is exact otherwise, for bytes outside of ASCII too.
@usableFromInline
package struct RESPToken: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The most bytes that a word can have: 16.
    @inlinable package static var maximumLength: Int { 16 }

    /// The token of all words that cannot be packed.
    @inlinable package static var unknown: RESPToken { RESPToken(low: .max, high: .max) }

    /// The first eight bytes, the first of them lowest; zero where the word has ended.
    @usableFromInline let low: UInt64
    /// The other eight bytes.
    @usableFromInline let high: UInt64

    @inlinable
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Makes the token of the word that `bytes` are.
    ///
    /// - Complexity: O(1); at most 16 bytes are looked at.
    @inlinable
    package init(of bytes: borrowing Span<UInt8>) {
        let count = bytes.count
        guard count <= Self.maximumLength else {
            self = .unknown
            return
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        var hasZero = false
        for index in 0..<min(count, 8) {
            let byte = bytes[index]
            hasZero = hasZero || byte == 0
            low |= UInt64(byte) &<< UInt64(truncatingIfNeeded: index &* 8)
        }
        if count > 8 {
            for index in 8..<count {
                let byte = bytes[index]
                hasZero = hasZero || byte == 0
                high |= UInt64(byte) &<< UInt64(truncatingIfNeeded: (index &- 8) &* 8)
            }
        }
        self = hasZero ? .unknown : RESPToken(low: Self.uppercased(low), high: Self.uppercased(high))
    }

    /// Makes the token of a word in the program's text.
    ///
    /// The bytes are copied in two steps and not one by one, so that an optimised build leaves nothing but
    /// two constants: a `switch` over dozens of words would otherwise pack every one of them each time.
    ///
    /// - Precondition: The word has at most 16 bytes and no zero byte.
    @inlinable
    @inline(__always)
    package init(stringLiteral word: StaticString) {
        let count = word.utf8CodeUnitCount
        precondition(count <= Self.maximumLength, "a word of more than 16 bytes")
        var low: UInt64 = 0
        var high: UInt64 = 0
        // Both copies stay within the word's `count` bytes and within eight bytes of the integer.
        unsafe withUnsafeMutableBytes(of: &low) { target in
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: word.utf8Start, count: min(count, 8)))
        }
        if count > 8 {
            unsafe withUnsafeMutableBytes(of: &high) { target in
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: word.utf8Start + 8, count: count - 8))
            }
        }
        self.init(
            low: Self.uppercased(UInt64(littleEndian: low)), high: Self.uppercased(UInt64(littleEndian: high)))
    }

    /// Whether two tokens are of the same word.
    @inlinable
    package static func == (left: RESPToken, right: RESPToken) -> Bool {
        left.low == right.low && left.high == right.high
    }

    /// Turns those of eight packed bytes that are `a` to `z` into `A` to `Z`, all at once.
    ///
    /// With the top bit of each byte put aside, adding 0x1F carries into that bit for bytes from `a` on, and
    /// adding 0x05 for bytes beyond `z`; the two sums differ in it for letters only. No sum reaches the
    /// next byte.
    @inlinable
    static func uppercased(_ packed: UInt64) -> UInt64 {
        let tops: UInt64 = 0x8080_8080_8080_8080
        let sevenBits = packed & ~tops
        let fromA = sevenBits &+ 0x1F1F_1F1F_1F1F_1F1F
        let beyondZ = sevenBits &+ 0x0505_0505_0505_0505
        let letters = (fromA ^ beyondZ) & tops & ~packed
        return packed & ~(letters &>> 2)
    }
}
