/// Counts the replies in a stream of bytes, without making values of them: a load generator must cost less than what
/// it measures.
///
/// It knows what the measured commands are answered with by any server that speaks RESP: lines and bulk strings.
struct ReplyCounter {
    private enum State {
        /// The next byte is a reply's first.
        case start
        case line(isError: Bool)
        /// A bulk string's length, as far as it has been read.
        case length(Int, isMissing: Bool)
        /// So many bytes of a bulk string, its line end included, are still to come.
        case body(Int)
    }

    /// Bytes in a bulk string at the most.
    private static let lengthMaximum = 512 * 1024 * 1024
    /// Bytes of an error's text that are kept.
    private static let textMaximum = 200

    /// Replies that were errors.
    private(set) var errors: UInt64 = 0
    /// The first error's text, at most two hundred bytes of it.
    private(set) var firstError: [UInt8] = []
    private var state = State.start

    /// Takes in what has come, and returns how many replies it has completed; nil if this is no reply.
    ///
    /// - Complexity: O(n) in the lines' bytes; bulk strings are stepped over.
    mutating func take(_ bytes: Span<UInt8>) -> Int? {
        var completed = 0
        var next = 0
        while next < bytes.count {
            switch self.state {
            case .start:
                guard let state = self.begin(bytes[next]) else { return nil }
                self.state = state
                next += 1
            case .line(let isError):
                let byte = bytes[next]
                next += 1
                if byte == 0x0A {
                    self.state = .start
                    completed += 1
                } else if isError, self.errors == 1, byte != 0x0D, self.firstError.count < Self.textMaximum {
                    self.firstError.append(byte)
                }
            case .length(let length, let isMissing):
                guard let state = Self.goOn(length, isMissing, bytes[next]) else { return nil }
                self.state = state
                next += 1
                if case .start = state { completed += 1 }
            case .body(let left):
                let count = min(left, bytes.count - next)
                next += count
                self.state = left == count ? .start : .body(left - count)
                if left == count { completed += 1 }
            }
        }
        return completed
    }

    private mutating func begin(_ byte: UInt8) -> State? {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "_"): return .line(isError: false)
        case UInt8(ascii: "-"):
            self.errors += 1
            return .line(isError: true)
        case UInt8(ascii: "$"): return .length(0, isMissing: false)
        default: return nil
        }
    }

    /// What a byte of a bulk string's length leads to; nil if it belongs to none.
    private static func goOn(_ length: Int, _ isMissing: Bool, _ byte: UInt8) -> State? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            let longer = length * 10 + Int(byte - UInt8(ascii: "0"))
            return longer <= Self.lengthMaximum ? .length(longer, isMissing: isMissing) : nil
        case UInt8(ascii: "-"): return .length(length, isMissing: true)
        case 0x0D: return .length(length, isMissing: isMissing)
        case 0x0A: return isMissing ? .start : .body(length + 2)
        default: return nil
        }
    }
}
