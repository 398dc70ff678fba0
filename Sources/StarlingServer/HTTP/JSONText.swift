/// Writes JSON text (RFC 8259).
struct JSONText {
    private(set) var text = ""
    /// Whether the next member or element needs a comma before it.
    private var needsComma = false

    mutating func object(_ body: (inout JSONText) -> Void) {
        self.open("{")
        body(&self)
        self.close("}")
    }

    mutating func array(_ body: (inout JSONText) -> Void) {
        self.open("[")
        body(&self)
        self.close("]")
    }

    /// A member whose value `body` writes.
    mutating func member(_ name: String, _ body: (inout JSONText) -> Void) {
        self.separate()
        self.quote(name)
        self.text += ":"
        self.needsComma = false
        body(&self)
        self.needsComma = true
    }

    mutating func member(_ name: String, _ value: String) {
        self.member(name) { $0.quote(value) }
    }

    /// A number. Those beyond 2^53 are not exact in every reader of JSON.
    mutating func member(_ name: String, _ value: UInt64) {
        self.member(name) { $0.text += String(value) }
    }

    mutating func member(_ name: String, _ value: Int) {
        self.member(name) { $0.text += String(value) }
    }

    mutating func member(_ name: String, _ value: Bool) {
        self.member(name) { $0.text += value ? "true" : "false" }
    }

    mutating func nullMember(_ name: String) {
        self.member(name) { $0.text += "null" }
    }

    /// An element of an array, which `body` writes.
    mutating func element(_ body: (inout JSONText) -> Void) {
        self.separate()
        body(&self)
        self.needsComma = true
    }

    mutating func element(_ value: String) {
        self.element { $0.quote(value) }
    }

    private mutating func open(_ bracket: String) {
        self.text += bracket
        self.needsComma = false
    }

    private mutating func close(_ bracket: String) {
        self.text += bracket
        self.needsComma = true
    }

    private mutating func separate() {
        if self.needsComma { self.text += "," }
        self.needsComma = false
    }

    private mutating func quote(_ value: String) {
        self.text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": self.text += "\\\""
            case "\\": self.text += "\\\\"
            case "\n": self.text += "\\n"
            case "\r": self.text += "\\r"
            case "\t": self.text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                self.text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: self.text.unicodeScalars.append(scalar)
            }
        }
        self.text += "\""
    }
}
