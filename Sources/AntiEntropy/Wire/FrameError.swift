/// Why a stream of bytes is not a conversation. After any of these nothing more can be read from it.
package enum FrameError: Error, Hashable, Sendable {
    /// The stream does not begin as a conversation's does.
    case preamble
    /// A frame says that it is longer than is allowed now.
    case tooLarge(length: UInt32)
    /// A frame's checksum does not match its bytes.
    case checksum
    /// A frame's kind is not known.
    case kind(UInt8)
}
