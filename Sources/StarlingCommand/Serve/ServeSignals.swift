import Glibc
import Platform
import PosixPlatform
import Starling

/// What a running server does when it is sent a signal.
///
/// - the first SIGTERM or SIGINT: take nothing more in, finish what was taken, stop within the deadline
/// - the second: stop now
/// - SIGUSR1: write down how things stand
/// - SIGHUP: say that settings are read at the start only
///
/// Sendable because its state is only touched under the lock.
final class ServeSignals: @unchecked Sendable {
    /// How long a shutdown may take.
    static let deadline = Duration.seconds(10)
    /// How much longer it is waited for if the node does not keep to that.
    private static let patience = Duration.seconds(2)

    private let trace: TraceWriter
    private let lock = Lock()
    private var node: Node?
    private var stoppedAt: Instant?

    init(trace: TraceWriter) {
        self.trace = trace
    }

    /// When the shutdown was asked for; nil while it was not.
    var shutdownStart: Instant? {
        self.lock.withLock { self.stoppedAt }
    }

    /// Begins to listen. MUST be called before any other thread is started.
    func start() throws(CommandError) {
        SignalSource.ignoreBrokenPipes()
        do throws(SystemCallError) {
            try SignalSource.start { self.receive($0) }
        } catch {
            throw CommandError(.defect, "cannot take care of signals: \(error.reason).")
        }
    }

    /// From now on signals concern this node; one that came before is carried out.
    func watch(_ node: Node) {
        let isStopping = self.lock.withLock {
            self.node = node
            return self.stoppedAt != nil
        }
        if isStopping {
            node.beginShutdown(within: Self.deadline)
        }
    }

    private func receive(_ signal: SignalSource.Signal) {
        switch signal {
        case .terminate: self.stop("SIGTERM", secondCode: .terminated)
        case .interrupt: self.stop("SIGINT", secondCode: .interrupted)
        case .user1: self.describe()
        case .hangUp:
            self.trace.write(.notice, "node.hangup", "settings are read at the start only; restart to change them")
        }
    }

    private func stop(_ signal: String, secondCode: ExitCode) {
        let (isFirst, node) = self.lock.withLock {
            let isFirst = self.stoppedAt == nil
            if isFirst { self.stoppedAt = Clocks.now }
            return (isFirst, self.node)
        }
        guard isFirst else {
            self.trace.write(.warning, "node.abandon", "stopped at once by a second signal", [("signal", signal)])
            _exit(secondCode.rawValue)
        }
        ServiceNotification.send("STOPPING=1")
        self.trace.write(
            .info, "node.stopping", "finishing what was taken in; a second signal stops at once", [("signal", signal)])
        node?.beginShutdown(within: Self.deadline)
        let trace = self.trace
        Task.detached {
            try? await Task.sleep(for: Self.deadline + Self.patience)
            trace.write(.error, "node.abandon", "could not finish before the deadline and was stopped")
            _exit(ExitCode.no.rawValue)
        }
    }

    /// Writes the node's status to the trace.
    private func describe() {
        guard let node = self.lock.withLock({ self.node }) else { return }
        let trace = self.trace
        Task.detached {
            guard let status = try? await node.status() else { return }
            trace.write(
                .notice, "node.status", "how things stand",
                [
                    ("name", status.name), ("id", "\(status.id)"), ("address", status.address),
                    ("keys", "\(status.keys)"), ("tombstones", "\(status.tombstones)"),
                    ("conflicts", "\(status.conflicts)"), ("digest", status.digest),
                    ("failure", status.failure ?? "none"),
                ])
            for peer in status.peers {
                trace.write(
                    .notice, "peer.status", "how a peer stands",
                    [
                        ("peer", peer.name), ("address", peer.address), ("reachable", peer.isReachable ? "yes" : "no"),
                        ("missing", "\(peer.missing)"), ("failure", peer.lastFailure),
                    ])
            }
        }
    }
}
