import Causality
import DataModel
import Journal
import Platform
import PosixPlatform
import Replication

/// One member of a leaderless cluster: a store of its own that converges with those of its peers.
///
/// Open it, give ``run()`` a task, and read and write from any number of tasks. Cancelling the task
/// of `run()` stops the node at once; ``beginShutdown(within:)`` lets it finish what it has taken in.
public final class Node: Sendable {
    /// Where clients and peers can reach the node, `HOST:PORT`.
    public let address: String
    /// The node's name.
    public let name: String
    let eventHub: EventHub
    private let mailbox: Mailbox<NodeRequest>
    private let thread: LoopThread
    private let ending: NodeEnding

    private init(
        address: String, name: String, eventHub: EventHub, mailbox: Mailbox<NodeRequest>, thread: LoopThread,
        ending: NodeEnding
    ) {
        self.address = address
        self.name = name
        self.eventHub = eventHub
        self.mailbox = mailbox
        self.thread = thread
        self.ending = ending
    }

    deinit {
        // A node nobody holds any more has nobody to stop it.
        self.beginShutdown(within: .zero)
    }

    /// Opens the store in `directory`, creating it if need be, and listens on the configured port.
    ///
    /// Local reads and writes work from now on; peers are talked to once ``run()`` is called.
    ///
    /// - Throws: ``NodeError`` with code `directoryLocked`, `addressInUse`, `corruption`,
    ///   `unsupported`, `configuration` or `system`.
    public static func open(
        at directory: String, configuration: NodeConfiguration
    ) async throws(NodeError) -> Node {
        let replicaConfiguration = try configuration.checked(directory: directory)
        let opening = NodeOpening()
        let ending = NodeEnding()
        let hub = EventHub()
        let thread: LoopThread
        do throws(SystemCallError) {
            thread = try LoopThread(name: "starling") {
                NodeOpening.run(
                    directory: directory, configuration: configuration, replica: replicaConfiguration, hub: hub,
                    opening: opening, ending: ending)
            }
        } catch {
            throw NodeError(error)
        }
        switch await opening.result() {
        case .failure(let error):
            await thread.joined()
            throw error
        case .success(let opened):
            return Node(
                address: opened.address, name: configuration.name, eventHub: hub, mailbox: opened.mailbox,
                thread: thread, ending: ending)
        }
    }

    /// Discovers peers, converses with them and serves clients until the node is stopped. Call it once.
    ///
    /// - Throws: ``NodeError`` with code `alreadyRunning` at once, or what ended the node.
    public func run() async throws(NodeError) {
        guard self.ending.begin() else {
            throw NodeError(code: .alreadyRunning, message: "run() of this node was called before")
        }
        self.post { loop in
            loop.driver.begin()
            return true
        }
        await withTaskCancellationHandler {
            await self.thread.joined()
        } onCancel: {
            self.beginShutdown(within: .zero)
        }
        if let failure = self.ending.failure { throw failure }
    }

    /// Takes nothing more in, and ends when all that was taken in is answered and durable, or at the
    /// deadline. May be called at any time, by any task; an earlier deadline counts.
    public func beginShutdown(within duration: Duration = .seconds(10)) {
        let delay = Delay(duration)
        self.post { loop in
            loop.stop(within: delay)
            return true
        }
    }

    /// Stops the node, if it has not stopped, and returns when everything is released.
    public func close() async {
        self.beginShutdown()
        await self.thread.joined()
    }

    /// The node's events, beginning with a snapshot of how things stand.
    public var events: NodeEvents {
        NodeEvents(node: self)
    }

    /// How things stand.
    public func status() async throws(NodeError) -> NodeStatus {
        try await self.perform { loop in Held(NodeStatus(loop.replica.status())) }
    }

    /// Adds a peer at run time: `HOST:PORT`, or `HOST` for port 9000.
    public func addPeer(_ address: String) async throws(NodeError) {
        guard let parsed = NetworkAddress(parsing: address, defaultPort: NodeConfiguration.defaultPort) else {
            throw NodeError(
                code: .configuration, message: "\"\(address)\" is not the address of a peer.",
                hint: "Write HOST or HOST:PORT.")
        }
        try await self.perform { loop in
            loop.replica.exchange.addPeer(parsed, now: loop.replica.now)
            return Held(())
        }
    }

    /// Runs `body` on the node's thread and gives its answer when the log is synced as far as it needs.
    func perform<Answer: Sendable>(
        _ body: @escaping @Sendable (NodeLoop) throws -> Held<Answer>
    ) async throws(NodeError) -> Answer {
        let result: Result<Answer, NodeError> = await withCheckedContinuation { continuation in
            let request = NodeRequest(
                run: { loop in
                    guard loop.replica.isServing else { return false }
                    do {
                        let held = try body(loop)
                        loop.whenAcknowledged(held.until) { outcome in
                            continuation.resume(returning: outcome.map { held.answer })
                        }
                    } catch ReplicaError.busy {
                        return false
                    } catch ReplicaError.leadership(let refusal) {
                        continuation.resume(
                            returning: .failure(NodeError(refusal, leader: NodeMode(loop.replica).leader)))
                    } catch {
                        continuation.resume(returning: .failure(NodeError(wrapping: error)))
                    }
                    return true
                },
                refuse: { continuation.resume(returning: .failure($0)) })
            self.submit(request)
        }
        return try result.get()
    }

    /// Leaves the request for the node's thread, or refuses it at once.
    func submit(_ request: NodeRequest) {
        switch self.mailbox.post(request) {
        case .posted: return
        case .closed: request.refuse(NodeError(code: .closed, message: "the node is closed."))
        case .full:
            request.refuse(
                NodeError(
                    code: .busy, message: "\(NodeOpening.mailboxLimit) requests are waiting already.",
                    hint: "Await some of them first."))
        }
    }

    /// Posts work nobody waits for; a node that has ended needs none of it.
    func post(_ run: @escaping @Sendable (NodeLoop) -> Bool) {
        _ = self.mailbox.post(NodeRequest(run: run, refuse: { _ in }))
    }
}
