/// Both ends of the flow control of records: how much is under way each way.
///
/// A receiver allows a window of bytes; each byte that it has taken in it allows again. One message
/// larger than the window may be under way alone, so that the largest record passes.
struct CreditWindow: Sendable {
    let size: Int
    /// Bytes sent that the other side has not credited.
    private(set) var outstanding = 0
    /// Bytes received that the owner has not taken in.
    private(set) var pending = 0
    /// Bytes taken in that the other side has not been credited.
    private(set) var ungranted = 0

    init(size: Int) {
        self.size = size
    }

    /// Whether so many bytes may be sent now.
    func fits(_ byteCount: Int) -> Bool {
        self.outstanding == 0 || byteCount <= self.size - self.outstanding
    }

    mutating func sent(_ byteCount: Int) {
        self.outstanding += byteCount
    }

    /// Takes in credit; false if it is more than was owed.
    mutating func credited(_ byteCount: UInt64) -> Bool {
        guard byteCount <= UInt64(self.outstanding) else { return false }
        self.outstanding -= Int(byteCount)
        return true
    }

    /// Takes in records; false if they are more than was allowed.
    mutating func received(_ byteCount: Int) -> Bool {
        let used = self.pending + self.ungranted
        guard used == 0 || byteCount <= self.size - used else { return false }
        self.pending += byteCount
        return true
    }

    /// Notes what the owner has taken in and returns what to credit now; nil for nothing.
    ///
    /// Credits are gathered up to a quarter of the window, except the last: the other side may be
    /// waiting for an empty window.
    mutating func ingested(_ byteCount: Int) -> UInt64? {
        let taken = min(byteCount, self.pending)
        self.pending -= taken
        self.ungranted += taken
        guard self.ungranted > 0, self.pending == 0 || self.ungranted >= self.size / 4 else { return nil }
        defer { self.ungranted = 0 }
        return UInt64(self.ungranted)
    }
}
