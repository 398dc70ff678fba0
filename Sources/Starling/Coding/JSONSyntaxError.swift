/// Why bytes are not JSON text (RFC 8259), and where.
///
/// It comes as the underlying error of a `DecodingError.dataCorrupted`.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The text ends before its value does.
        case unexpectedEnd
        /// A byte that cannot stand there.
        case unexpectedByte(UInt8)
        /// A string that is not UTF-8, or holds half of a surrogate pair.
        case invalidString
        /// An object that names a member twice.
        case duplicateName(String)
        /// Arrays and objects inside each other deeper than ``JSONValueCoder/maximumDepth``.
        case tooDeep
        /// Something after the value.
        case trailingBytes
    }

    /// What is wrong.
    public let reason: Reason
    /// The index of the byte where it was noticed.
    public let offset: Int

    /// Creates an error at a byte's index.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One line for people.
    public var description: String {
        let what =
            switch self.reason {
            case .unexpectedEnd: "the text ends too early"
            case .unexpectedByte(let byte): "unexpected byte 0x" + String(byte, radix: 16)
            case .invalidString: "the string is not valid UTF-8"
            case .duplicateName(let name): "the name \"\(name)\" occurs twice"
            case .tooDeep: "nested deeper than \(JSONValueCoder.maximumDepth) levels"
            case .trailingBytes: "there is more after the value"
            }
        return "not JSON at byte \(self.offset): \(what)"
    }
}
