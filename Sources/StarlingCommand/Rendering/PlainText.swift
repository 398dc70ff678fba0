/// Values and figures as people read them.
enum PlainText {
    /// Returns `bytes` on one line, with control characters escaped and what is not UTF-8 as `\xHH`.
    static func escaped(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) {
            return Self.escaped(text)
        }
        return bytes.map { byte in
            0x20..<0x7F ~= byte ? String(UnicodeScalar(byte)) : "\\x" + Self.hexadecimal(byte)
        }.joined()
    }

    /// Returns `text` on one line, with control characters escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\\": result += "\\\\"
            case _ where scalar.properties.generalCategory == .control:
                result += "\\x" + Self.hexadecimal(UInt8(truncatingIfNeeded: scalar.value))
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Returns the value in double quotes, escaped, cut after `limit` characters.
    static func quoted(_ bytes: [UInt8], limit: Int = 40) -> String {
        let text = Self.escaped(bytes).replacing("\"", with: "\\\"")
        return "\"" + (text.count > limit ? text.prefix(limit) + "…" : text) + "\""
    }

    /// Returns a number of bytes in the largest unit that keeps it at 1 or more: `3.1 MiB`.
    static func size(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        var unit = 0
        var divisor: UInt64 = 1
        while unit + 1 < units.count, bytes / divisor >= 1024 {
            divisor *= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : Self.fixed(bytes, divisor: divisor) + " " + units[unit]
    }

    /// Returns a length of time with two digits or so that matter: `0.4 ms`, `38 ms`, `1.2 s`, `4m12s`, `3d4h`.
    static func time(nanoseconds: UInt64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        let seconds = milliseconds / 1000
        switch milliseconds {
        case ..<10: return Self.fixed(nanoseconds, divisor: 1_000_000) + " ms"
        case ..<1000: return "\(milliseconds) ms"
        case ..<60_000: return Self.fixed(milliseconds, divisor: 1000) + " s"
        case ..<3_600_000: return "\(seconds / 60)m\(seconds % 60)s"
        case ..<86_400_000: return "\(seconds / 3600)h\(seconds % 3600 / 60)m"
        default: return "\(seconds / 86_400)d\(seconds % 86_400 / 3600)h"
        }
    }

    /// Returns the number with thin groups of three digits: `1 204 331`.
    static func grouped(_ number: UInt64) -> String {
        var result = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { result.append(" ") }
            result.append(digit)
        }
        return String(result.reversed())
    }

    /// Returns `count` and the noun, in the plural unless the count is 1.
    static func counted(_ count: UInt64, _ noun: String) -> String {
        "\(Self.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// One decimal place, rounded down.
    private static func fixed(_ number: UInt64, divisor: UInt64) -> String {
        "\(number / divisor).\(number % divisor * 10 / divisor)"
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
