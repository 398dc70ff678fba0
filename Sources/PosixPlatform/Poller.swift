import CPosixShim
import Platform

/// The kernel's readiness list (epoll), level triggered.
final class Poller {
    private let descriptor: Int32
    private var found = [starling_ready](repeating: starling_ready(), count: Int(STARLING_POLL_CAPACITY))
    /// How many entries the last ``wait(milliseconds:)`` found.
    private(set) var count = 0
    private(set) var isClosed = false

    init() throws(SystemCallError) {
        self.descriptor = starling_poll_create()
        try SystemCallError.check(self.descriptor, "epoll_create1", "the event loop")
    }

    deinit {
        self.close()
    }

    func close() {
        if !self.isClosed {
            self.isClosed = true
            self.count = 0
            _ = starling_close(self.descriptor)
        }
    }

    /// Entry `position` of what was found.
    func ready(_ position: Int) -> (token: PollToken?, flags: UInt32) {
        (PollToken(rawValue: self.found[position].token), self.found[position].flags)
    }

    /// Waits at most so long, or without end if `milliseconds` is negative, and finds what is ready.
    func wait(milliseconds: Int32) {
        guard !self.isClosed else { return }
        let capacity = Int32(self.found.count)
        let result = unsafe self.found.withUnsafeMutableBufferPointer { found in
            guard let start = found.baseAddress else { return Int32(0) }
            return unsafe starling_poll_wait(self.descriptor, start, capacity, milliseconds)
        }
        // It fails only for wrong arguments; an interruption counts as nothing found.
        self.count = Int(max(0, result))
    }

    func add(_ descriptor: Int32, _ token: PollToken, _ interest: UInt32) throws(SystemCallError) {
        try SystemCallError.check(
            starling_poll_add(self.descriptor, descriptor, token.rawValue, interest), "epoll_ctl", "\(token)")
    }

    /// Changes what is waited for. Cannot fail for a descriptor that was added: no memory is needed.
    func change(_ descriptor: Int32, _ token: PollToken, _ interest: UInt32) {
        _ = starling_poll_change(self.descriptor, descriptor, token.rawValue, interest)
    }

    func remove(_ descriptor: Int32) {
        _ = starling_poll_remove(self.descriptor, descriptor)
    }
}
