/// Writes replies in one version of the protocol.
///
/// Each function appends one reply, or the header of a reply whose elements follow, to a buffer of the
/// caller's. What version 2 does not have is written as what its clients expect in place of it.
/// Nothing is allocated but room in the buffer; a literal passed as a `String` is not allocated either.
package struct RESPEncoder: Sendable, Equatable {
    /// The version that replies are written in.
    package var version: RESPVersion

    /// Creates an encoder.
    package init(version: RESPVersion) {
        self.version = version
    }

    /// Appends a simple string, such as `OK`. Line ends in the text become spaces.
    package func appendSimpleString(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "+"))
        Self.appendLine(text, to: &output)
    }

    /// Appends an error whose text starts with its prefix, such as `ERR`. Line ends in it become spaces.
    package func appendError(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "-"))
        Self.appendLine(text, to: &output)
    }

    /// Appends an integer.
    package func appendInteger(_ value: Int64, to output: inout [UInt8]) {
        Self.appendNumberLine(UInt8(ascii: ":"), value, to: &output)
    }

    /// Appends a bulk string of these bytes.
    package func appendBulk(_ bytes: borrowing Span<UInt8>, to output: inout [UInt8]) {
        Self.appendNumberLine(UInt8(ascii: "$"), Int64(bytes.count), to: &output)
        Self.append(bytes, to: &output)
        Self.appendLineEnd(to: &output)
    }

    /// Appends a bulk string of these bytes.
    package func appendBulk(_ bytes: [UInt8], to output: inout [UInt8]) {
        Self.appendBulk(bytes, to: &output)
    }

    /// Appends a bulk string of this text in UTF-8.
    package func appendBulk(_ text: String, to output: inout [UInt8]) {
        Self.appendNumberLine(UInt8(ascii: "$"), Int64(text.utf8.count), to: &output)
        output.append(contentsOf: text.utf8)
        Self.appendLineEnd(to: &output)
    }

    /// Appends the header of a bulk string; the caller appends `length` bytes and then a line end.
    ///
    /// - Precondition: `length >= 0`.
    package func appendBulkHeader(length: Int, to output: inout [UInt8]) {
        precondition(length >= 0, "a bulk string of \(length) bytes")
        Self.appendNumberLine(UInt8(ascii: "$"), Int64(length), to: &output)
    }

    /// Appends the reply for a value that does not exist: the null bulk string, in version 3 null.
    package func appendNull(to output: inout [UInt8]) {
        switch self.version {
        case .two: Self.appendNumberLine(UInt8(ascii: "$"), -1, to: &output)
        case .three: Self.appendLine("_", to: &output)
        }
    }

    /// Appends the reply for a list that does not exist: the null array, in version 3 null.
    package func appendNullArray(to output: inout [UInt8]) {
        switch self.version {
        case .two: Self.appendNumberLine(UInt8(ascii: "*"), -1, to: &output)
        case .three: Self.appendLine("_", to: &output)
        }
    }

    /// Appends the header of an array; the caller appends `count` replies.
    ///
    /// - Precondition: `count >= 0`, here and in the other headers.
    package func appendArrayHeader(count: Int, to output: inout [UInt8]) {
        Self.appendHeader(UInt8(ascii: "*"), count: count, to: &output)
    }

    /// Appends the header of a map; the caller appends `count` times two replies, key and value.
    ///
    /// In version 2 it is an array of twice as many elements.
    package func appendMapHeader(count: Int, to output: inout [UInt8]) {
        switch self.version {
        case .two: Self.appendHeader(UInt8(ascii: "*"), count: count * 2, to: &output)
        case .three: Self.appendHeader(UInt8(ascii: "%"), count: count, to: &output)
        }
    }

    /// Appends the header of a set, in version 2 of an array; the caller appends `count` replies.
    package func appendSetHeader(count: Int, to output: inout [UInt8]) {
        switch self.version {
        case .two: Self.appendHeader(UInt8(ascii: "*"), count: count, to: &output)
        case .three: Self.appendHeader(UInt8(ascii: "~"), count: count, to: &output)
        }
    }

    /// Appends the header of a push, in version 2 of an array; the caller appends `count` replies.
    package func appendPushHeader(count: Int, to output: inout [UInt8]) {
        switch self.version {
        case .two: Self.appendHeader(UInt8(ascii: "*"), count: count, to: &output)
        case .three: Self.appendHeader(UInt8(ascii: ">"), count: count, to: &output)
        }
    }

    /// Appends a boolean, in version 2 the integer 1 or 0.
    package func appendBoolean(_ value: Bool, to output: inout [UInt8]) {
        switch self.version {
        case .two: Self.appendNumberLine(UInt8(ascii: ":"), value ? 1 : 0, to: &output)
        case .three: Self.appendLine(value ? "#t" : "#f", to: &output)
        }
    }

    /// Appends a double in the shortest spelling that reads back as the same, in version 2 as a bulk string.
    ///
    /// A whole number has no fraction, as in Redis: `3`, not `3.0`.
    package func appendDouble(_ value: Double, to output: inout [UInt8]) {
        var text = value.isNaN ? "nan" : value.description
        if text.hasSuffix(".0") {
            text.removeLast(2)
        }
        switch self.version {
        case .two:
            self.appendBulk(text, to: &output)
        case .three:
            output.append(UInt8(ascii: ","))
            Self.appendLine(text, to: &output)
        }
    }

    /// Appends an integer of any size, in version 2 as a bulk string.
    ///
    /// - Precondition: `digits` are decimal digits, with a sign before them or without.
    package func appendBigNumber(_ digits: String, to output: inout [UInt8]) {
        switch self.version {
        case .two:
            self.appendBulk(digits, to: &output)
        case .three:
            output.append(UInt8(ascii: "("))
            Self.appendLine(digits, to: &output)
        }
    }

    /// Appends text that a client shows as it is, such as the answer to `INFO`; in version 2 a bulk string.
    package func appendVerbatimText(_ text: String, to output: inout [UInt8]) {
        switch self.version {
        case .two:
            self.appendBulk(text, to: &output)
        case .three:
            Self.appendNumberLine(UInt8(ascii: "="), Int64(text.utf8.count + 4), to: &output)
            output.append(contentsOf: "txt:".utf8)
            output.append(contentsOf: text.utf8)
            Self.appendLineEnd(to: &output)
        }
    }
}
