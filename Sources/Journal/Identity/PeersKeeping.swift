import Platform

/// The storing of what is known of peers: the newest content that waits, and the job that stores one.
struct PeersKeeping {
    /// What is to be stored next, and the number it was given.
    var waiting: (number: UInt64, content: [UInt8])?
    /// The job under way, the file it writes, and the number of what it stores.
    var job: (id: UInt64, file: FileID, number: UInt64)?
    /// The content that the job stores.
    var storing: [UInt8] = []
    /// The last content that was handed over.
    var lastNumber: UInt64 = 0
    /// The last that is durable.
    var durableNumber: UInt64 = 0
    /// The last attempt has failed, and nobody has asked for another.
    var isStalled = false
}
