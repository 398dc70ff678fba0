import Causality
import Platform
import Replication

/// Has a node that was configured for leader mode ask for it, until the cluster is in it.
///
/// Of the nodes that answer the one with the least peer ID asks, once a majority of all that are known answers. After
/// the first success it is a person's affair: leader mode that was ended on purpose is not entered again.
struct ModeWish {
    /// Between two looks.
    private static let pause = Delay.milliseconds(500)
    /// How long others are looked for by multicast before a node believes to be alone.
    private static let discovery = Delay.seconds(5)

    private var next: Instant?
    private let isDiscovering: Bool
    private let configuredCount: Int

    /// - Parameter configuration: of the node; ``NodeConfiguration/mode`` says what it wants.
    init(_ configuration: NodeConfiguration, at now: Instant) {
        self.isDiscovering = configuration.discovery != .off
        self.configuredCount = configuration.peers.count
        self.next = configuration.mode == .leader ? now : nil
    }

    /// When ``advance(_:)`` is due.
    var deadline: Instant { self.next ?? .distantFuture }

    /// Asks for leader mode if it is this node's turn to.
    mutating func advance(_ replica: Replica) {
        guard let next, next <= replica.now else { return }
        guard case .leaderless = replica.mode else {
            if case .leader = replica.mode { self.next = nil } else { self.next = replica.now + Self.pause }
            return
        }
        self.next = replica.now + Self.pause
        guard replica.isServing else { return }
        let status = replica.status()
        // A configured peer is the node itself, or is among the known ones once its name was resolved.
        let others = max(status.peers.count, self.configuredCount - 1)
        let reached = status.peers.filter { $0.isReachable && $0.id != nil }
        if others == 0, self.isDiscovering, status.uptime < Self.discovery { return }
        guard (reached.count + 1) * 2 > others + 1, reached.allSatisfy({ $0.id.map { $0 > status.id } ?? true }) else {
            return
        }
        // What is refused now is asked for again.
        try? replica.enterLeaderMode()
    }
}
