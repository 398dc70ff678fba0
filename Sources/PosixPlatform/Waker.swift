import CPosixShim
import Platform
import Synchronization

/// Ends another thread's wait.
///
/// However often it is used between two waits, the kernel is called once. The sleeper clears the
/// signal and only then looks at what the wakers left for it; whoever leaves something does so before
/// waking. So what was left is either seen in this round or signalled for the next one.
package final class Waker: Sendable {
    /// An eventfd; it is ready to be read when somebody has called ``wake()``.
    let descriptor: Int32
    private let isSignalled = Atomic<Bool>(false)

    /// - Parameter isBlocking: whether ``clear()`` waits for a signal instead of returning at once.
    init(isBlocking: Bool) throws(SystemCallError) {
        self.descriptor = starling_event_create(isBlocking)
        try SystemCallError.check(self.descriptor, "eventfd", "a wake-up")
    }

    deinit {
        _ = starling_close(self.descriptor)
    }

    /// Makes the sleeper's present wait, or its next one, return. May be called by any thread.
    package func wake() {
        if !self.isSignalled.exchange(true, ordering: .acquiringAndReleasing) {
            // Cannot fail: the counter never gets beyond 1.
            _ = starling_event_signal(self.descriptor)
        }
    }

    /// Takes the signal back; what was left before is visible to this thread afterwards.
    ///
    /// The order matters: were the flag lowered first, a signal given in between would be swallowed.
    func clear() {
        _ = starling_event_clear(self.descriptor)
        _ = self.isSignalled.exchange(false, ordering: .acquiringAndReleasing)
    }
}
