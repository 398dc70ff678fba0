/// Reads and writes 64-bit integers as decimal text, without a `String` between.
package enum DecimalInteger {
    /// Returns the integer that `bytes` spells, or nil if they spell none.
    ///
    /// The rules are those by which Redis takes a value for a number: the spelling must be the one that
    /// ``append(_:to:)`` would write. So no plus, no spaces, no leading zeros, no minus zero.
    package static func parse(_ bytes: borrowing Span<UInt8>) -> Int64? {
        let count = bytes.count
        // Nineteen digits and a minus are the longest spelling.
        guard count > 0, count <= 20 else { return nil }
        let isNegative = bytes[0] == UInt8(ascii: "-")
        var position = isNegative ? 1 : 0
        guard position < count else { return nil }
        if bytes[position] == UInt8(ascii: "0") {
            return count == 1 ? 0 : nil
        }
        // Counting down reaches the least integer, which has no positive counterpart.
        var value: Int64 = 0
        while position < count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, isTooLong) = value.multipliedReportingOverflow(by: 10)
            let (difference, isTooLow) = product.subtractingReportingOverflow(Int64(digit))
            guard !isTooLong, !isTooLow else { return nil }
            value = difference
            position += 1
        }
        if isNegative {
            return value
        }
        return value == Int64.min ? nil : -value
    }

    /// Appends the shortest decimal spelling of `value`: 1 to 20 bytes.
    package static func append(_ value: Int64, to output: inout [UInt8]) {
        if value >= 0 && value < 10 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var rest = value.magnitude
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        if value < 0 {
            start -= 1
            digits[start] = UInt8(ascii: "-")
        }
        for index in start..<20 { output.append(digits[index]) }
    }
}
