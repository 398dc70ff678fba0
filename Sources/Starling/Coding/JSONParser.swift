/// Reads JSON text by recursive descent, one method to each rule of RFC 8259.
struct JSONParser {
    private let bytes: [UInt8]
    private var offset = 0

    /// Returns the one value that the text holds.
    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.readValue(depth: 0)
        parser.skipBlanks()
        guard parser.offset == bytes.count else { throw JSONSyntaxError(.trailingBytes, at: parser.offset) }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func readValue(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        self.skipBlanks()
        switch self.next {
        case UInt8(ascii: "{"):
            return .object(try self.readObject(depth: depth + 1))
        case UInt8(ascii: "["):
            return .array(try self.readArray(depth: depth + 1))
        case UInt8(ascii: "\""):
            return .string(try self.readString())
        case UInt8(ascii: "t"):
            try self.expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try self.expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try self.expect("null")
            return .null
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            return .number(try self.readNumber())
        default:
            throw self.unexpected()
        }
    }

    private mutating func readObject(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        try self.open(depth)
        var object = JSONObject()
        if self.skip(UInt8(ascii: "}")) { return object }
        while true {
            self.skipBlanks()
            let start = self.offset
            guard self.next == UInt8(ascii: "\"") else { throw self.unexpected() }
            let name = try self.readString()
            guard self.skip(UInt8(ascii: ":")) else { throw self.unexpected() }
            guard object.add(name, try self.readValue(depth: depth)) else {
                throw JSONSyntaxError(.duplicateName(name), at: start)
            }
            if self.skip(UInt8(ascii: "}")) { return object }
            guard self.skip(UInt8(ascii: ",")) else { throw self.unexpected() }
        }
    }

    private mutating func readArray(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
        try self.open(depth)
        var elements: [JSONValue] = []
        if self.skip(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try self.readValue(depth: depth))
            if self.skip(UInt8(ascii: "]")) { return elements }
            guard self.skip(UInt8(ascii: ",")) else { throw self.unexpected() }
        }
    }

    private mutating func readNumber() throws(JSONSyntaxError) -> String {
        let start = self.offset
        if self.next == UInt8(ascii: "-") { self.offset += 1 }
        if self.next == UInt8(ascii: "0") { self.offset += 1 } else { try self.readDigits() }
        if self.next == UInt8(ascii: ".") {
            self.offset += 1
            try self.readDigits()
        }
        if self.next == UInt8(ascii: "e") || self.next == UInt8(ascii: "E") {
            self.offset += 1
            if self.next == UInt8(ascii: "+") || self.next == UInt8(ascii: "-") { self.offset += 1 }
            try self.readDigits()
        }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func readDigits() throws(JSONSyntaxError) {
        let start = self.offset
        while let byte = self.next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { self.offset += 1 }
        guard self.offset > start else { throw self.unexpected() }
    }

    private mutating func readString() throws(JSONSyntaxError) -> String {
        let start = self.offset
        self.offset += 1
        var text: [UInt8] = []
        var copied = self.offset
        while let byte = self.next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw self.unexpected() }
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: self.bytes[copied..<self.offset])
                text.append(contentsOf: String(try self.readEscape()).utf8)
                copied = self.offset
            } else {
                self.offset += 1
            }
        }
        guard self.offset < self.bytes.count else { throw JSONSyntaxError(.unexpectedEnd, at: self.offset) }
        text.append(contentsOf: self.bytes[copied..<self.offset])
        self.offset += 1
        guard let string = String(validating: text, as: UTF8.self) else {
            throw JSONSyntaxError(.invalidString, at: start)
        }
        return string
    }

    /// Reads a backslash and what belongs to it, both halves of a surrogate pair included.
    private mutating func readEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = self.offset
        self.offset += 1
        guard let byte = self.next else { throw self.unexpected() }
        self.offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw JSONSyntaxError(.unexpectedByte(byte), at: self.offset - 1)
        }
        var code = try self.readHexadecimal()
        if (0xD800..<0xDC00).contains(code) {
            guard self.next == UInt8(ascii: "\\") else { throw JSONSyntaxError(.invalidString, at: start) }
            self.offset += 1
            guard self.next == UInt8(ascii: "u") else { throw JSONSyntaxError(.invalidString, at: start) }
            self.offset += 1
            let low = try self.readHexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw JSONSyntaxError(.invalidString, at: start) }
            code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONSyntaxError(.invalidString, at: start) }
        return scalar
    }

    private mutating func readHexadecimal() throws(JSONSyntaxError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch self.next {
            case .some(let byte) where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                digit = byte - UInt8(ascii: "0")
            case .some(let byte) where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default:
                throw self.unexpected()
            }
            code = code << 4 | UInt32(digit)
            self.offset += 1
        }
        return code
    }

    /// Steps over the bracket of an array or object.
    private mutating func open(_ depth: Int) throws(JSONSyntaxError) {
        guard depth <= JSONValueCoder.maximumDepth else { throw JSONSyntaxError(.tooDeep, at: self.offset) }
        self.offset += 1
    }

    private mutating func expect(_ word: String) throws(JSONSyntaxError) {
        for byte in word.utf8 {
            guard self.next == byte else { throw self.unexpected() }
            self.offset += 1
        }
    }

    /// Steps over blanks and then over `byte`, if it comes next.
    private mutating func skip(_ byte: UInt8) -> Bool {
        self.skipBlanks()
        guard self.next == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = self.next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.offset += 1 }
    }

    private var next: UInt8? {
        self.offset < self.bytes.count ? self.bytes[self.offset] : nil
    }

    private func unexpected() -> JSONSyntaxError {
        self.next.map { JSONSyntaxError(.unexpectedByte($0), at: self.offset) }
            ?? JSONSyntaxError(.unexpectedEnd, at: self.offset)
    }
}
