import Platform

/// A prepared file of zeros, ready to become the next segment.
struct Spare {
    var path: String
    var file: FileID
    /// The file's birth stamp, for its header.
    var birth: UInt64
    /// Its length in bytes.
    var length: UInt64
}
