import ByteCoding

/// Cuts the bytes of a connection, however they arrive, into frames.
///
/// It holds at most one unfinished frame and what was appended last, so its memory is bounded by
/// ``MessageLimits`` as long as the caller takes out all frames between two appends.
package struct FrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    /// The index in `buffer` of the first byte that has not been taken out.
    private var start = 0
    private var expectsPreamble: Bool
    private var maximumPayload = MessageLimits.greetingPayload
    private var failure: FrameError?

    /// - Parameter expectsPreamble: true for the side that was called, which hears the preamble first.
    package init(expectsPreamble: Bool) {
        self.expectsPreamble = expectsPreamble
    }

    /// Bytes that were appended and have not been taken out.
    package var unread: Int {
        self.buffer.count - self.start
    }

    /// Allows frames up to ``MessageLimits/maximumPayload``, once the other side is known.
    package mutating func liftLimit() {
        self.maximumPayload = MessageLimits.maximumPayload
    }

    /// Takes in bytes as they came. Ignores them after an error.
    ///
    /// - Complexity: amortised O(n) in the bytes.
    package mutating func append(_ bytes: Span<UInt8>) {
        guard self.failure == nil else { return }
        if self.unread == 0 {
            // Space that one large frame needed is not kept for the small ones after it.
            self.buffer.removeAll(keepingCapacity: self.buffer.capacity <= 4 * MessageLimits.recordsPayload)
        } else if self.start > 0 {
            self.buffer.removeFirst(self.start)
        }
        self.start = 0
        unsafe bytes.withUnsafeBufferPointer { unsafe self.buffer.append(contentsOf: $0) }
    }

    /// Returns the next whole frame, or nil when more bytes are needed.
    ///
    /// - Throws: the first error found, and the same again from then on.
    package mutating func next() throws(FrameError) -> PeerFrame? {
        if let failure = self.failure { throw failure }
        do throws(FrameError) {
            return try self.take()
        } catch {
            self.failure = error
            self.buffer = []
            self.start = 0
            throw error
        }
    }

    private mutating func take() throws(FrameError) -> PeerFrame? {
        if self.expectsPreamble {
            let heard = self.buffer[self.start...].prefix(MessageFormat.preamble.count)
            guard MessageFormat.preamble.starts(with: heard) else { throw .preamble }
            guard heard.count == MessageFormat.preamble.count else { return nil }
            self.start += heard.count
            self.expectsPreamble = false
        }
        guard self.unread >= MessageFormat.headerLength else { return nil }
        let header = self.start
        let length = self.word(at: header)
        guard length <= UInt32(self.maximumPayload) else { throw .tooLarge(length: length) }
        let kindByte = self.buffer[header + MessageFormat.kindOffset]
        guard let kind = MessageKind(rawValue: kindByte) else { throw .kind(kindByte) }
        let end = header + MessageFormat.headerLength + Int(length)
        guard self.buffer.count >= end else { return nil }
        let expected = self.word(at: header + MessageFormat.checksumOffset)
        guard FrameDecoder.checksum(of: self.buffer.span, frame: header..<end) == expected else { throw .checksum }
        let low = self.buffer[header + MessageFormat.kindOffset + 1]
        let high = self.buffer[header + MessageFormat.kindOffset + 2]
        self.start = end
        return PeerFrame(
            kind: kind, partition: UInt16(low) | UInt16(high) << 8,
            payload: Array(self.buffer[(header + MessageFormat.headerLength)..<end]))
    }

    /// The checksum that the frame at `frame` should carry.
    static func checksum(of bytes: Span<UInt8>, frame: Range<Int>) -> UInt32 {
        let length = bytes.extracting(frame.lowerBound..<(frame.lowerBound + MessageFormat.checksumOffset))
        let rest = bytes.extracting((frame.lowerBound + MessageFormat.kindOffset)..<frame.upperBound)
        return Checksum.crc32c(Checksum.crc32c(0, length), rest)
    }

    private func word(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(self.buffer[offset + $1]) << UInt32(8 * $1) }
    }
}
