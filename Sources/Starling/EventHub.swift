import PosixPlatform

/// Hands a node's events to everyone who listens.
///
/// Sendable because its state is only touched under the lock.
final class EventHub: @unchecked Sendable {
    /// Events kept for a listener that does not read; more are counted and dropped.
    static let bufferCount = 1024

    private struct Listener {
        var buffer: [NodeEvent] = []
        var missed = 0
        var continuation: CheckedContinuation<NodeEvent?, Never>?
    }

    private let lock = Lock()
    private var listeners: [UInt64: Listener] = [:]
    private var nextID: UInt64 = 1
    private var isFinished = false

    func addListener() -> UInt64 {
        self.lock.withLock {
            let id = self.nextID
            self.nextID += 1
            self.listeners[id] = Listener()
            return id
        }
    }

    func removeListener(_ id: UInt64) {
        let continuation = self.lock.withLock { self.listeners.removeValue(forKey: id)?.continuation }
        continuation?.resume(returning: nil)
    }

    /// Gives the event to every listener; in which order does not matter to any of them.
    func emit(_ event: NodeEvent) {
        let waiting = self.lock.withLock {
            var waiting: [CheckedContinuation<NodeEvent?, Never>] = []
            for id in self.listeners.keys {
                if let continuation = self.listeners[id]?.continuation {
                    self.listeners[id]?.continuation = nil
                    waiting.append(continuation)
                } else if self.listeners[id]?.buffer.count ?? 0 < EventHub.bufferCount {
                    self.listeners[id]?.buffer.append(event)
                } else {
                    self.listeners[id]?.missed += 1
                }
            }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: event) }
    }

    /// Ends all sequences, now and to come.
    func finish() {
        // Taken out in one step: a listener that is removed meanwhile answers its reader itself.
        let waiting = self.lock.withLock {
            self.isFinished = true
            let waiting = self.listeners.values.compactMap(\.continuation)
            for id in self.listeners.keys { self.listeners[id]?.continuation = nil }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }

    /// The listener's next event; nil at the end, or when the task is cancelled.
    func next(for id: UInt64) async -> NodeEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: NodeEvent?? = self.lock.withLock {
                    guard var listener = self.listeners[id] else { return .some(nil) }
                    defer { self.listeners[id] = listener }
                    if !listener.buffer.isEmpty { return listener.buffer.removeFirst() }
                    if listener.missed > 0 {
                        defer { listener.missed = 0 }
                        return .missed(listener.missed)
                    }
                    if self.isFinished { return .some(nil) }
                    listener.continuation = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            self.removeListener(id)
        }
    }
}
