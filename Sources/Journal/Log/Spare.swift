import Platform

/// A prepared file of zeros, ready to become the next segment.
struct Spare {
    var path: String
    var file: FileID
    /// Its length in bytes.
    var length: UInt64
}
