/// How a command says when a key expires.
enum ExpiryUnit {
    case seconds
    case milliseconds
    case unixSeconds
    case unixMilliseconds

    /// The moment in milliseconds since 1970 that `amount` of this means; nil if it cannot be said.
    ///
    /// `now` is in milliseconds since 1970. The result may be negative, or in the past.
    func moment(_ amount: Int64, now: UInt64) -> Int64? {
        var milliseconds = amount
        if self == .seconds || self == .unixSeconds {
            let (product, overflow) = amount.multipliedReportingOverflow(by: 1_000)
            guard !overflow else { return nil }
            milliseconds = product
        }
        if self == .seconds || self == .milliseconds {
            let (sum, overflow) = milliseconds.addingReportingOverflow(Int64(clamping: now))
            guard !overflow else { return nil }
            milliseconds = sum
        }
        return milliseconds
    }
}
