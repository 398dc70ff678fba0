/// A key: up to 64 KiB of any bytes, ordered byte by byte.
public struct Key: Hashable, Comparable, Sendable, ExpressibleByStringInterpolation,
    CustomStringConvertible
{
    /// The key itself.
    public var bytes: [UInt8]

    /// The key with exactly these bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The key that is this text in UTF-8.
    public init(_ text: some StringProtocol) {
        self.bytes = Array(text.utf8)
    }

    /// The key that is this literal in UTF-8.
    public init(stringLiteral text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Byte by byte; a key comes before those that it is a prefix of.
    public static func < (left: Key, right: Key) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The bytes read as UTF-8, what is not UTF-8 replaced; for people, not for programs.
    public var description: String {
        String(decoding: self.bytes, as: UTF8.self)
    }
}
