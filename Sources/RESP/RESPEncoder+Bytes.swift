import ByteCoding

extension RESPEncoder {
    /// Appends carriage return and line feed.
    package static func appendLineEnd(to output: inout [UInt8]) {
        output.append(ASCII.carriageReturn)
        output.append(ASCII.lineFeed)
    }

    /// Appends a bulk string, which is the same in both versions and in requests.
    static func appendBulk(_ bytes: [UInt8], to output: inout [UInt8]) {
        Self.appendNumberLine(UInt8(ascii: "$"), Int64(bytes.count), to: &output)
        output.append(contentsOf: bytes)
        Self.appendLineEnd(to: &output)
    }

    /// Appends bytes as they are.
    static func append(_ bytes: borrowing Span<UInt8>, to output: inout [UInt8]) {
        // The buffer is used within the closure only, while the span keeps it alive.
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe output.append(contentsOf: buffer)
        }
    }

    /// Appends a type's mark, a number and a line end.
    static func appendNumberLine(_ mark: UInt8, _ number: Int64, to output: inout [UInt8]) {
        output.append(mark)
        DecimalInteger.append(number, to: &output)
        Self.appendLineEnd(to: &output)
    }

    /// Appends the header of a reply that holds `count` others.
    static func appendHeader(_ mark: UInt8, count: Int, to output: inout [UInt8]) {
        precondition(count >= 0, "a reply of \(count) elements")
        Self.appendNumberLine(mark, Int64(count), to: &output)
    }

    /// Appends text and a line end.
    static func appendLine(_ text: String, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: text.utf8)
        Self.endLine(from: start, in: &output)
    }

    /// Makes one line of what follows `start`.
    ///
    /// A line end within it, which may come from a client's own bytes in an error, would let that client
    /// write replies of its own.
    private static func endLine(from start: Int, in output: inout [UInt8]) {
        for index in start..<output.count
        where output[index] == ASCII.carriageReturn || output[index] == ASCII.lineFeed {
            output[index] = ASCII.space
        }
        Self.appendLineEnd(to: &output)
    }
}
