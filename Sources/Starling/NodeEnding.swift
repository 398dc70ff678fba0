import PosixPlatform

/// Whether a node was run, and why it ended.
///
/// Sendable because its state is only touched under the lock.
final class NodeEnding: @unchecked Sendable {
    private let lock = Lock()
    private var hasBegun = false
    private var reason: NodeError?

    /// Notes the first call of `run()`; false for every later one.
    func begin() -> Bool {
        self.lock.withLock {
            defer { self.hasBegun = true }
            return !self.hasBegun
        }
    }

    /// Notes why the node ended without being asked to; nil if it was asked.
    func end(_ reason: NodeError?) {
        self.lock.withLock { self.reason = reason }
    }

    var failure: NodeError? {
        self.lock.withLock { self.reason }
    }
}
