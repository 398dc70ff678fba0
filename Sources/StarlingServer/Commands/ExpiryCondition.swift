/// When `EXPIRE` and its like do what they say.
struct ExpiryCondition {
    var onlyWithout = false
    var onlyWith = false
    var onlyLater = false
    var onlyEarlier = false

    /// Whether a key that expires at `current`, nil for never, may get `new`; both in milliseconds
    /// since 1970. Never is later than any moment.
    func allows(_ new: Int64, current: UInt64?) -> Bool {
        if self.onlyWithout, current != nil { return false }
        if self.onlyWith, current == nil { return false }
        let now = current.map { Int64(clamping: $0) }
        if self.onlyLater { return now.map { new > $0 } ?? false }
        if self.onlyEarlier { return now.map { new < $0 } ?? true }
        return true
    }
}
