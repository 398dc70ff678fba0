import ByteCoding

extension RESPReplyParser {
    /// Reads what starts at `position`: an element, or the header of a reply that holds others.
    mutating func readElement(_ bytes: borrowing Span<UInt8>, at position: Int) -> Found {
        guard position < bytes.count else { return .incomplete }
        let type = bytes[position]
        switch type {
        case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"):
            return self.readBulk(bytes, type: type, at: position + 1)
        case UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "|"):
            return Self.readLevel(bytes, type: type, at: position + 1)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "#"),
            UInt8(ascii: ","), UInt8(ascii: "("):
            return self.readLine(bytes, type: type, at: position + 1)
        default:
            return .failed(.unknownType(type))
        }
    }

    /// Reads the header of a reply that holds others.
    private static func readLevel(_ bytes: borrowing Span<UInt8>, type: UInt8, at start: Int) -> Found {
        switch LengthLine.read(bytes, at: start) {
        case .number(let count, let next):
            if count >= 0 {
                return .level(type: type, count: count, next: next)
            }
            let isNullArray = count == -1 && type == UInt8(ascii: "*")
            return isNullArray ? .element(.null, next: next) : .failed(.malformed(type: type))
        case .incomplete: return .incomplete
        case .malformed: return .failed(.malformed(type: type))
        case .tooLong: return .failed(.lineTooLong)
        }
    }

    /// Reads a bulk string, a verbatim string or a bulk error.
    private func readBulk(_ bytes: borrowing Span<UInt8>, type: UInt8, at start: Int) -> Found {
        switch LengthLine.read(bytes, at: start) {
        case .number(let length, let next):
            if length == -1 && type == UInt8(ascii: "$") {
                return .element(.null, next: next)
            }
            guard length >= 0 else { return .failed(.malformed(type: type)) }
            guard length <= self.limits.maximumBulkLength else { return .failed(.bulkTooLong) }
            let end = next + length
            guard end + 2 <= bytes.count else { return .incomplete }
            guard bytes[end] == ASCII.carriageReturn, bytes[end + 1] == ASCII.lineFeed,
                let value = Self.bulkValue(bytes.extracting(next..<end), type: type)
            else { return .failed(.malformed(type: type)) }
            return .element(value, next: end + 2)
        case .incomplete: return .incomplete
        case .malformed: return .failed(.malformed(type: type))
        case .tooLong: return .failed(.lineTooLong)
        }
    }

    private static func bulkValue(_ content: borrowing Span<UInt8>, type: UInt8) -> RESPValue? {
        if type == UInt8(ascii: "!") {
            return .error(Self.text(content))
        }
        if type == UInt8(ascii: "$") {
            return .bulkString(Self.array(content))
        }
        guard content.count >= 4, content[3] == UInt8(ascii: ":") else { return nil }
        return .verbatimString(
            format: Self.text(content.extracting(first: 3)), text: Self.array(content.extracting(droppingFirst: 4)))
    }

    /// Reads a reply that is one line.
    private mutating func readLine(_ bytes: borrowing Span<UInt8>, type: UInt8, at start: Int) -> Found {
        var end = min(start + self.scanned, bytes.count)
        self.scanned = 0
        while end < bytes.count && bytes[end] != ASCII.carriageReturn && bytes[end] != ASCII.lineFeed {
            end += 1
        }
        guard end - start <= self.limits.maximumLineLength else { return .failed(.lineTooLong) }
        guard end + 1 < bytes.count else {
            self.scanned = end - start
            return .incomplete
        }
        guard bytes[end] == ASCII.carriageReturn, bytes[end + 1] == ASCII.lineFeed,
            let value = Self.lineValue(bytes.extracting(start..<end), type: type)
        else { return .failed(.malformed(type: type)) }
        return .element(value, next: end + 2)
    }

    private static func lineValue(_ content: borrowing Span<UInt8>, type: UInt8) -> RESPValue? {
        switch type {
        case UInt8(ascii: "+"): return .simpleString(Self.text(content))
        case UInt8(ascii: "-"): return .error(Self.text(content))
        case UInt8(ascii: ":"):
            let hasPlus = content.count > 1 && content[0] == ASCII.plus && ASCII.isDigit(content[1])
            return DecimalInteger.parse(content.extracting(droppingFirst: hasPlus ? 1 : 0)).map { .integer($0) }
        case UInt8(ascii: "_"): return content.isEmpty ? .null : nil
        case UInt8(ascii: "#"):
            guard content.count == 1 else { return nil }
            switch content[0] {
            case UInt8(ascii: "t"): return .boolean(true)
            case UInt8(ascii: "f"): return .boolean(false)
            default: return nil
            }
        case UInt8(ascii: ","): return Self.double(content).map { .double($0) }
        case UInt8(ascii: "("): return Self.isBigNumber(content) ? .bigNumber(Self.text(content)) : nil
        default: return nil
        }
    }

    /// Returns the double that a line spells, or nil. The standard library's spellings beyond those of the
    /// protocol, such as hexadecimal, are refused.
    private static func double(_ content: borrowing Span<UInt8>) -> Double? {
        let text = Self.text(content)
        switch text {
        case "inf", "+inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        default: break
        }
        for byte in text.utf8 where !(ASCII.isDigit(byte) || "+-.eE".utf8.contains(byte)) {
            return nil
        }
        return Double(text)
    }

    private static func isBigNumber(_ content: borrowing Span<UInt8>) -> Bool {
        let hasSign = content.count > 0 && (content[0] == ASCII.minus || content[0] == ASCII.plus)
        let firstDigit = hasSign ? 1 : 0
        guard firstDigit < content.count else { return false }
        for index in firstDigit..<content.count where !ASCII.isDigit(content[index]) {
            return false
        }
        return true
    }

    private static func text(_ content: borrowing Span<UInt8>) -> String {
        // The buffer is used within the closure only, while the span keeps it alive.
        unsafe content.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private static func array(_ content: borrowing Span<UInt8>) -> [UInt8] {
        // The buffer is used within the closure only, while the span keeps it alive.
        unsafe content.withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }
}
