/// A value: up to 16 MiB of any bytes.
public struct Value: Hashable, Sendable, ExpressibleByStringInterpolation,
    CustomStringConvertible
{
    /// The bytes, as they are stored.
    public var bytes: [UInt8]

    /// A value of these bytes, or of this text in UTF-8.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A value of these bytes, or of this text in UTF-8.
    public init(_ text: some StringProtocol) {
        self.bytes = Array(text.utf8)
    }

    /// A value of these bytes, or of this text in UTF-8.
    public init(stringLiteral text: String) {
        self.bytes = Array(text.utf8)
    }

    /// The bytes as text; nil if they are not UTF-8.
    public var string: String? {
        String(validating: self.bytes, as: UTF8.self)
    }

    /// The bytes read as UTF-8, what is not UTF-8 replaced; for people, not for programs.
    public var description: String {
        String(decoding: self.bytes, as: UTF8.self)
    }
}
