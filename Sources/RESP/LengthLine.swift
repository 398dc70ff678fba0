/// A line that holds a count or a length: an optional minus, digits, carriage return, line feed.
///
/// It is read from its first byte each time, because it is so short that a reader who has to wait for the
/// rest of it loses nothing by starting over.
enum LengthLine {
    /// A number and the position after the line. A number of 2^56 or more may be given as another of 2^56
    /// or more; no limit reaches that far.
    case number(Int, next: Int)
    /// A prefix of such a line.
    case incomplete
    /// Not a decimal number in its shortest form, or no line feed after the carriage return.
    case malformed
    /// More digits than ``maximumDigits``.
    case tooLong

    /// The most digits read before the line is given up. A number of up to this many digits is told from
    /// garbage, although it is over every limit.
    static let maximumDigits = 32

    /// Reads the line that starts at `start`.
    ///
    /// - Complexity: O(1); at most 35 bytes are looked at.
    @inline(__always)
    static func read(_ bytes: borrowing Span<UInt8>, at start: Int) -> LengthLine {
        let count = bytes.count
        var position = start
        guard position < count else { return .incomplete }
        let isNegative = bytes[position] == ASCII.minus
        if isNegative {
            position += 1
        }
        let firstDigit = position
        var value = 0
        while position < count {
            let digit = bytes[position] &- ASCII.zero
            guard digit <= 9 else { break }
            guard position - firstDigit < Self.maximumDigits else { return .tooLong }
            // The cap keeps the product below 2^60, and a capped value stays at 2^56 or more.
            value = min(value, 1 << 56) * 10 + Int(digit)
            position += 1
        }
        guard position < count else { return .incomplete }
        guard bytes[position] == ASCII.carriageReturn, position > firstDigit else { return .malformed }
        if bytes[firstDigit] == ASCII.zero && (isNegative || position - firstDigit > 1) {
            return .malformed
        }
        guard position + 1 < count else { return .incomplete }
        guard bytes[position + 1] == ASCII.lineFeed else { return .malformed }
        return .number(isNegative ? -value : value, next: position + 2)
    }
}
