/// Why bytes from a server are not a reply.
package enum RESPReplyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A reply starts with a byte that marks no type; or with one of version 3's streamed types, which no
    /// server is known to send.
    case unknownType(UInt8)
    /// What follows the byte that marks a type is not what that type consists of.
    case malformed(type: UInt8)
    /// A line, or a length with more digits than any length has.
    case lineTooLong
    /// A bulk string over the limit.
    case bulkTooLong
    /// More elements than the limit, counted through all levels.
    case tooManyElements
    /// Replies within replies beyond the limit.
    case tooDeep
    /// More bytes than the limit.
    case replyTooLong

    /// One sentence for people.
    package var description: String {
        switch self {
        case .unknownType(let byte): "the server's reply starts with byte \(byte), which marks no type"
        case .malformed(let type): "the server's reply of type '\(Unicode.Scalar(type))' is malformed"
        case .lineTooLong: "the server's reply holds a line over the limit"
        case .bulkTooLong: "the server's reply holds a bulk string over the limit"
        case .tooManyElements: "the server's reply has more elements than the limit"
        case .tooDeep: "the server's reply is nested too deeply"
        case .replyTooLong: "the server's reply is longer than the limit"
        }
    }
}
