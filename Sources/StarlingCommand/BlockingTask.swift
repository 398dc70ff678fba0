import Dispatch
import PosixPlatform

/// Runs asynchronous work while the calling thread waits.
///
/// The program's main function is synchronous for its own sake: an asynchronous one ends the main thread, and
/// tools then show a process that is defunct and has no open files.
enum BlockingTask {
    /// The place where the result is put.
    ///
    /// Sendable because the value is only touched under the lock.
    private final class Place<Value: Sendable>: @unchecked Sendable {
        private let lock = Lock()
        private var value: Value?

        func put(_ value: Value) {
            self.lock.withLock { self.value = value }
        }

        func take() -> Value? {
            self.lock.withLock { self.value }
        }
    }

    /// Returns what `body` returns.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let place = Place<Value>()
        let semaphore = DispatchSemaphore(value: 0)
        Task.detached {
            place.put(await body())
            semaphore.signal()
        }
        semaphore.wait()
        guard let value = place.take() else {
            preconditionFailure("the semaphore is signalled only after the value was put")
        }
        return value
    }
}
