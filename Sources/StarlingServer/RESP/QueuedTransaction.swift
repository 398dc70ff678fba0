import Causality
import DataModel
import RESP

/// What a client has queued since `MULTI`, and what it watches.
final class QueuedTransaction {
    /// A request, copied out of the input.
    struct Queued {
        let command: Command
        let request: RESPRequest
        let bytes: [UInt8]
    }

    /// A key, and what readers saw of it when it was watched.
    struct Watched {
        let key: [UInt8]
        let dots: [Dot]
    }

    /// Keys that one client may watch.
    static let watchedMaximum = 4_096

    var watched: [Watched] = []
    private(set) var queue: [Queued] = []
    /// Whether `MULTI` was said.
    private(set) var isOpen = false
    /// Whether the node that led when `WATCH` was said watches for this one.
    private(set) var isWatchedElsewhere = false
    /// The way to it, as long as there is one.
    private(set) weak var watcher: RESPForwarding?
    /// Whether a command could not be queued; `EXEC` will do nothing then.
    var isBroken = false
    private var byteCount = 0

    /// Whether there is room for one more request of that many bytes.
    ///
    /// As much as one batch may hold; requests that only read count as well.
    func hasRoom(for byteCount: Int) -> Bool {
        self.queue.count < DataLimits.batchCount && self.byteCount + byteCount <= DataLimits.batchLength
    }

    /// Notes that a key is watched at the other end of `forwarding`. If others are watched at another, nobody can tell
    /// any more whether all are as they were.
    func watch(by forwarding: RESPForwarding) {
        if !self.isWatchedElsewhere { self.watcher = forwarding }
        if self.watcher !== forwarding { self.watcher = nil }
        self.isWatchedElsewhere = true
    }

    func open() {
        self.isOpen = true
    }

    func append(_ queued: Queued) {
        self.queue.append(queued)
        self.byteCount += queued.bytes.count
    }
}
