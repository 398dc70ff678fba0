/// How far a `FLUSHALL` has come that had to wait for room in the log.
struct FlushProgress {
    /// The last key that was deleted; nil before the first.
    var lastKey: [UInt8]?
    var heldUntil: UInt64 = 0
}
