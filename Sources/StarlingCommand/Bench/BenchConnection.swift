import Platform

/// One client of a load generator, which waits for all its replies before it asks again.
final class BenchConnection {
    let stream: StreamID
    /// What is to be sent of the requests under way, and how much of it has left.
    var output: [UInt8] = []
    var sentLength = 0
    /// Requests under way, and how many of them have not been answered.
    var batch = 0
    var awaited = 0
    var sentAt = Instant(nanoseconds: 0)
    var replies = ReplyCounter()
    var isWriting = false

    init(stream: StreamID) {
        self.stream = stream
    }
}
