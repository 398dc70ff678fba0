/// What is asked of the server in one measurement.
struct BenchLoad: Sendable, Equatable {
    /// Which requests are made.
    enum Kind: String, Sendable, CaseIterable {
        case set
        case get
        /// Reads, and a write now and then.
        case mixed
        case ping
    }

    var kind: Kind
    /// Bytes in a value.
    var valueLength: Int
    /// Requests that a client sends at once, before it waits for their replies.
    var pipeline: Int
    /// Requests in all.
    var requests: Int
    /// Different keys.
    var keys: UInt64
    /// How many of a hundred mixed requests read.
    var reads: UInt64
}
