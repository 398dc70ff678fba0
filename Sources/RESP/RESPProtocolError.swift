/// Why bytes from a client are not a request.
package enum RESPProtocolError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A request that starts with something other than `*`.
    case expectedMultibulk(got: UInt8)
    /// The number of arguments is not a number, or over the limit.
    case invalidMultibulkLength
    /// The number of arguments has more digits than any number of arguments could.
    case multibulkLengthTooLong
    /// An argument that starts with something other than `$`.
    case expectedBulk(got: UInt8)
    /// The length of an argument is not a number, negative, or over the limit.
    case invalidBulkLength
    /// The length of an argument has more digits than any length could.
    case bulkLengthTooLong
    /// An argument's bytes are not followed by a line end, so its length cannot have been right.
    ///
    /// Redis skips these two bytes unread. Reading them turns a client's wrong length into an error at
    /// once, where it would otherwise become some other command.
    case missingLineEnd
    /// The request as a whole is over the limit.
    case requestTooLong
    /// An inline request is over the limit.
    case inlineTooLong
    /// A quoted word of an inline request has no end, or something other than a space after it.
    case unbalancedQuotes

    /// The text for the error reply, without its `ERR` prefix; where Redis has the same error, its text.
    package var description: String {
        switch self {
        case .expectedMultibulk(let byte): "Protocol error: expected '*', got '\(Self.shown(byte))'"
        case .invalidMultibulkLength: "Protocol error: invalid multibulk length"
        case .multibulkLengthTooLong: "Protocol error: too big mbulk count string"
        case .expectedBulk(let byte): "Protocol error: expected '$', got '\(Self.shown(byte))'"
        case .invalidBulkLength: "Protocol error: invalid bulk length"
        case .bulkLengthTooLong: "Protocol error: too big bulk count string"
        case .missingLineEnd: "Protocol error: expected line end after bulk"
        case .requestTooLong: "Protocol error: too big request"
        case .inlineTooLong: "Protocol error: too big inline request"
        case .unbalancedQuotes: "Protocol error: unbalanced quotes in request"
        }
    }

    /// Returns a printable form of `byte`, because error replies go to terminals.
    private static func shown(_ byte: UInt8) -> String {
        if byte >= 0x20 && byte < 0x7F {
            return String(Unicode.Scalar(byte))
        }
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }
}
