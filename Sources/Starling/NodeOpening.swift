import Journal
import Platform
import PosixPlatform
import Replication

/// The opening of a node on its own thread, and the way its result comes back.
///
/// Sendable because its state is only touched under the lock.
final class NodeOpening: @unchecked Sendable {
    struct Opened: Sendable {
        var address: String
        var mailbox: Mailbox<NodeRequest>
    }

    /// Requests that may wait for the node's thread.
    static let mailboxLimit = 100_000

    private let lock = Lock()
    private var outcome: Result<Opened, NodeError>?
    private var continuation: CheckedContinuation<Result<Opened, NodeError>, Never>?

    func result() async -> Result<Opened, NodeError> {
        await withCheckedContinuation { continuation in
            let outcome = self.lock.withLock {
                if self.outcome == nil { self.continuation = continuation }
                return self.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// The body of the node's thread: opens, reports, and runs until the end.
    static func run(
        directory: String, configuration: NodeConfiguration, replica: ReplicaConfiguration, hub: EventHub,
        opening: NodeOpening, ending: NodeEnding
    ) {
        let loop: NodeLoop
        let mailbox: Mailbox<NodeRequest>
        do {
            (loop, mailbox) = try self.open(directory, configuration, replica, hub)
        } catch {
            ending.end(nil)
            opening.finish(.failure(NodeError(wrapping: error)))
            return
        }
        opening.finish(.success(Opened(address: loop.driver.address.description, mailbox: mailbox)))
        ending.end(loop.run())
    }

    private static func open(
        _ directory: String, _ configuration: NodeConfiguration, _ replicaConfiguration: ReplicaConfiguration,
        _ hub: EventHub
    ) throws -> (NodeLoop, Mailbox<NodeRequest>) {
        let trace = configuration.trace
        let environment = try PosixEnvironment { record in trace?(TraceLine(record)) }
        do {
            let journal = try RecordJournal.open(
                at: directory, files: environment.files, configuration: replicaConfiguration.journalOpening,
                random: { environment.random() })
            let replica = Replica(
                configuration: replicaConfiguration, journal: journal, random: { environment.random() },
                now: environment.now, wallNow: environment.wallNow)
            let driver = ReplicaDriver(environment: environment, replica: replica)
            do {
                try driver.listen()
            } catch {
                try? journal.close()
                throw error
            }
            driver.makeSession = configuration.faces?(replica, driver.address.description)
            let mailbox = Mailbox<NodeRequest>(limit: self.mailboxLimit, waker: environment.waker)
            environment.trace(journal.opening.trace)
            let loop = NodeLoop(
                environment: environment, driver: driver, mailbox: mailbox, events: hub,
                wish: ModeWish(configuration, at: environment.now))
            return (loop, mailbox)
        } catch {
            environment.close()
            throw error
        }
    }

    private func finish(_ outcome: Result<Opened, NodeError>) {
        let continuation = self.lock.withLock {
            self.outcome = outcome
            return self.continuation
        }
        continuation?.resume(returning: outcome)
    }
}
