import CPosixShim
import Glibc
package import Platform

/// A thread of its own for a loop that waits: a node's, or a lane's of the disk.
///
/// It receives no signals; they are left to the threads that ask for them.
///
/// Sendable because `isReclaimed` is only touched under the lock, and the rest never changes.
package final class LoopThread: @unchecked Sendable {
    /// What the new thread is given.
    private final class Start {
        let name: String
        let body: () -> Void
        let ending: ThreadEnding

        init(name: String, body: @escaping () -> Void, ending: ThreadEnding) {
            self.name = name
            self.body = body
            self.ending = ending
        }
    }

    private let ending: ThreadEnding
    private let lock = Lock()
    private let thread: pthread_t
    private var isReclaimed = false

    /// Starts a thread that runs `body` and ends.
    ///
    /// - Parameter name: what the system's tools show; 15 bytes of it are kept.
    /// - Throws: when the system has no more threads.
    package init(name: String, body: sending @escaping () -> Void) throws(SystemCallError) {
        let ending = ThreadEnding()
        let (thread, result) = Self.launch(Start(name: name, body: body, ending: ending))
        if result != 0 {
            throw SystemCallError(call: "pthread_create", subject: name, number: result)
        }
        self.ending = ending
        self.thread = thread
    }

    deinit {
        if !self.isReclaimed {
            pthread_detach(self.thread)
        }
    }

    /// Waits until the body has returned. May be called often, by any thread but this one.
    package func join() {
        self.ending.wait()
        self.reclaim()
    }

    /// Waits, without holding a thread, until the body has returned.
    package func joined() async {
        await self.ending.reached()
        self.reclaim()
    }

    /// Gives the thread's stack back. The body has returned: this takes no time.
    private func reclaim() {
        self.lock.withLock {
            if !self.isReclaimed {
                self.isReclaimed = true
                pthread_join(self.thread, nil)
            }
        }
    }

    /// Starts the thread, with all signals blocked, which it inherits.
    private static func launch(_ start: Start) -> (pthread_t, Int32) {
        let start = unsafe Unmanaged.passRetained(start)
        var thread = pthread_t()
        var mask: UInt64 = 0
        _ = unsafe starling_signals_block_all(&mask)
        let result = unsafe pthread_create(&thread, nil, { unsafe LoopThread.run($0) }, start.toOpaque())
        unsafe starling_signals_restore(&mask)
        if result != 0 {
            unsafe start.release()
        }
        return (thread, result)
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe starling_thread_name(start.name)
        start.body()
        start.ending.reach()
        return nil
    }
}
