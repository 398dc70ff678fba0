/// The identity of one peer's log: 64 random bits, minted with the log and never used again.
///
/// A wiped, restored or rewound directory mints a new one, so a ``Dot`` never names two writes.
public struct PeerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The 64 bits.
    public let rawValue: UInt64

    /// The identity with these bits; minting is the caller's.
    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// An order that means nothing but is the same everywhere.
    @inlinable
    public static func < (left: PeerID, right: PeerID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(self.rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads what ``description`` wrote; nil for anything else.
    public init?(parsing text: some StringProtocol) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        self.init(rawValue: value)
        // A sign and capitals are numbers too, but no peer is spelled with them.
        guard self.description == text else { return nil }
    }
}
