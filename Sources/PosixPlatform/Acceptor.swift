import CPosixShim
import Glibc
import Platform

/// The listening sockets.
///
/// When the process may open no more files, the waiting connections would make the poller report the
/// listener for ever; so it is left out of the poll for a while, and taken up again.
final class Acceptor {
    /// Connections the system keeps for us while we are busy.
    private static let backlog: Int32 = 1024
    /// Connections taken from one listener in one turn, so that the others get theirs.
    private static let turnLimit = 64
    private static let listenerLimit = 16
    private static let exhaustionPause = Delay.milliseconds(100)

    private let poller: Poller
    private let trace: @Sendable (TraceRecord) -> Void
    private var listeners: [Int32] = []
    private var isPaused = false
    /// When to try again after running out of descriptors.
    private(set) var resumption: Instant?
    /// Whether the present shortage has been traced; it is over when nobody waits any more.
    private var isShortageTraced = false

    init(poller: Poller, trace: @escaping @Sendable (TraceRecord) -> Void) {
        self.poller = poller
        self.trace = trace
    }

    func listen(on address: NetworkAddress) throws(SystemCallError) -> NetworkAddress {
        guard self.listeners.count < Self.listenerLimit else {
            throw SystemCallError(call: "listen", subject: "\(address)", number: EMFILE)
        }
        let listener = unsafe starling_socket_listen(address.host, address.port, Self.backlog)
        try SystemCallError.check(listener, "listen", "\(address)")
        do {
            let (result, bound) = unsafe NetworkAddress.filled { unsafe starling_socket_address(listener, $0, $1) }
            try SystemCallError.check(result, "getsockname", "\(address)")
            try self.poller.add(listener, .listener(listener), self.interest)
            self.listeners.append(listener)
            return bound
        } catch {
            _ = starling_close(listener)
            throw error
        }
    }

    func setPaused(_ paused: Bool) {
        guard self.isPaused != paused else { return }
        self.isPaused = paused
        self.pollAll()
    }

    func stop() {
        for listener in self.listeners {
            self.poller.remove(listener)
            _ = starling_close(listener)
        }
        self.listeners = []
        self.resumption = nil
    }

    /// Takes the connections that wait at a listener, at most ``turnLimit`` of them.
    func accept(from listener: Int32) -> [(descriptor: Int32, peer: NetworkAddress)] {
        guard self.listeners.contains(listener), self.interest != 0 else { return [] }
        var accepted: [(Int32, NetworkAddress)] = []
        while accepted.count < Self.turnLimit {
            let (result, peer) = unsafe NetworkAddress.filled { unsafe starling_socket_accept(listener, $0, $1) }
            if result >= 0 {
                accepted.append((result, peer))
                continue
            }
            if result == -EAGAIN {
                self.isShortageTraced = false
            } else {
                self.pauseAfter(SystemCallError(call: "accept4", subject: "new connections", number: -result))
            }
            break
        }
        return accepted
    }

    /// Accepts again when the pause after a shortage is over.
    func resumeIfDue() {
        if let resumption, resumption <= MonotonicClock.now {
            self.resumption = nil
            self.pollAll()
        }
    }

    private var interest: UInt32 {
        self.isPaused || self.resumption != nil ? 0 : STARLING_POLL_IN
    }

    private func pollAll() {
        for listener in self.listeners {
            self.poller.change(listener, .listener(listener), self.interest)
        }
    }

    private func pauseAfter(_ error: SystemCallError) {
        self.resumption = MonotonicClock.now + Self.exhaustionPause
        self.pollAll()
        if !self.isShortageTraced {
            self.isShortageTraced = true
            self.trace(
                TraceRecord(
                    .warning, "network.accept", "new connections have to wait: \(error.reason)",
                    [TraceRecord.Field("error", error.description)]))
        }
    }
}
