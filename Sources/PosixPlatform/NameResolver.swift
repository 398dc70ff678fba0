import CPosixShim
import Glibc
import Platform

/// Looks names up, one at a time, on a thread of its own, which starts with the first name.
///
/// A lookup cannot be interrupted; so ``stop()`` does not wait for the thread, which ends by
/// itself after the names it was given.
final class NameResolver {
    private enum Order: Sendable {
        case look(host: String, port: UInt16, token: UInt64)
        case stop
    }

    private struct Answer: Sendable {
        var token: UInt64
        var result: Result<[NetworkAddress], SystemCallError>
    }

    /// Names that may be given to the thread and not answered.
    private static let queueLimit = 64
    /// Addresses kept of one name.
    private static let addressLimit = 64

    private let waker: Waker
    private let answers: Mailbox<Answer>
    private var drained: [Answer] = []
    /// Answers that needed no lookup.
    private var settled: [Answer] = []
    private var unanswered = 0
    private var orders: Mailbox<Order>?
    private var thread: LoopThread?

    /// - Parameter waker: used when an answer is there.
    init(waker: Waker) {
        self.waker = waker
        self.answers = Mailbox(limit: .max, waker: waker)
    }

    var hasSettled: Bool { !self.settled.isEmpty }

    func resolve(_ host: String, port: UInt16, token: UInt64) {
        if unsafe starling_host_is_numeric(host) {
            self.settled.append(Answer(token: token, result: .success([NetworkAddress(host: host, port: port)])))
            return
        }
        do throws(SystemCallError) {
            let orders = try self.started()
            if self.unanswered >= Self.queueLimit || orders.post(.look(host: host, port: port, token: token)) != .posted
            {
                throw SystemCallError(
                    kind: .other, call: "getaddrinfo", subject: host,
                    reason: "\(Self.queueLimit) names are waiting to be looked up already")
            }
            self.unanswered += 1
        } catch {
            self.settled.append(Answer(token: token, result: .failure(error)))
        }
    }

    /// Appends the answers that are there.
    func take(into events: inout [Event]) {
        self.answers.drain(into: &self.drained)
        self.unanswered -= self.drained.count
        guard !self.settled.isEmpty || !self.drained.isEmpty else { return }
        for answer in self.settled + self.drained {
            events.append(.resolved(token: answer.token, answer.result))
        }
        self.settled.removeAll(keepingCapacity: true)
        self.drained.removeAll(keepingCapacity: true)
    }

    func stop() {
        _ = self.orders?.post(.stop)
        self.orders = nil
        self.thread = nil
    }

    private func started() throws(SystemCallError) -> Mailbox<Order> {
        if let orders = self.orders {
            return orders
        }
        let waker = try Waker(isBlocking: true)
        // One more than names: the order to stop always fits.
        let orders = Mailbox<Order>(limit: Self.queueLimit + 1, waker: waker)
        let answers = self.answers
        let thread = try LoopThread(name: "starling names") {
            NameResolver.work(off: orders, waker: waker, answers: answers)
        }
        self.thread = thread
        self.orders = orders
        return orders
    }

    private static func work(off orders: Mailbox<Order>, waker: Waker, answers: Mailbox<Answer>) {
        var batch: [Order] = []
        while true {
            waker.clear()
            orders.drain(into: &batch)
            for order in batch {
                switch order {
                case .look(let host, let port, let token):
                    // The mailbox of answers has no limit: what is asked is bounded.
                    _ = answers.post(Answer(token: token, result: Self.look(up: host, port: port)))
                case .stop:
                    return
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }

    /// All addresses of a name, sorted, each once.
    private static func look(up host: String, port: UInt16) -> Result<[NetworkAddress], SystemCallError> {
        var hosts: [String] = []
        let result = unsafe withUnsafeMutablePointer(to: &hosts) { hosts in
            unsafe starling_resolve(host, hosts) { context, host in
                unsafe context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: host))
            }
        }
        guard result == 0 else {
            return .failure(Self.error(result, host))
        }
        var addresses: [NetworkAddress] = []
        for host in hosts.sorted() where addresses.last?.host != host && addresses.count < Self.addressLimit {
            addresses.append(NetworkAddress(host: host, port: port))
        }
        return .success(addresses)
    }

    private static func error(_ result: Int32, _ host: String) -> SystemCallError {
        switch result {
        case STARLING_RESOLVE_UNKNOWN:
            SystemCallError(kind: .notFound, call: "getaddrinfo", subject: host, reason: "the name has no address")
        case STARLING_RESOLVE_LATER:
            SystemCallError(
                kind: .timedOut, call: "getaddrinfo", subject: host, reason: "the name server did not answer")
        case STARLING_RESOLVE_FAILED:
            SystemCallError(kind: .other, call: "getaddrinfo", subject: host, reason: "the name cannot be looked up")
        default:
            SystemCallError(call: "getaddrinfo", subject: host, number: -result)
        }
    }
}
