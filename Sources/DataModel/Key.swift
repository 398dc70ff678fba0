/// A key: up to 64 KiB of any bytes, ordered byte by byte.
public struct Key: Hashable, Comparable, Sendable, ExpressibleByStringInterpolation,
    CustomStringConvertible
{
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ text: some StringProtocol) {
        self.bytes = Array(text.utf8)
    }

    public init(stringLiteral text: String) {
        self.bytes = Array(text.utf8)
    }

    public static func < (left: Key, right: Key) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    /// The bytes read as UTF-8, what is not UTF-8 replaced; for people, not for programs.
    public var description: String {
        String(decoding: self.bytes, as: UTF8.self)
    }
}
