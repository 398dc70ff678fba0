// What others ask of the log's large properties, answered here: without optimization the compiler copies a large value
// out of what an accessor lends after the accessor has taken it back, which the address sanitizer has found. So nobody
// who gets the log from an accessor reads these properties themselves.
extension SegmentedLog {
    /// Whether bytes are on their way to the disk.
    var isFlushing: Bool { self.inFlight != nil }

    /// Whether frames are being gathered that belong together.
    var hasGroup: Bool { self.group != nil }

    /// Whether a file is ready to become the next segment.
    var hasSpare: Bool { self.spare != nil }

    /// Whether one is being made ready.
    var isPreparing: Bool { self.preparation != nil }

    /// Bytes of both.
    var preparedBytes: UInt64 { (self.spare?.length ?? 0) + (self.preparation?.length ?? 0) }
}
