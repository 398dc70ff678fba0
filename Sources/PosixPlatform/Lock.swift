import Glibc

/// A mutual exclusion lock for sections of a few instructions.
///
/// It wraps the pthread mutex: as fast as the standard library's, and understood by the thread
/// sanitizer, which is not so of `Synchronization.Mutex`.
///
/// Sendable because the mutex is made to be shared between threads, stays at one address from `init`
/// to `deinit`, and the pointer to it never changes.
@safe package final class Lock: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    /// Makes a lock that nobody holds.
    package init() {
        unsafe self.mutex = .allocate(capacity: 1)
        unsafe self.mutex.initialize(to: pthread_mutex_t())
        // With default attributes this cannot fail on Linux.
        unsafe pthread_mutex_init(self.mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(self.mutex)
        unsafe self.mutex.deinitialize(count: 1)
        unsafe self.mutex.deallocate()
    }

    /// Runs `body` while no other thread is inside a `withLock` of this lock. MUST NOT be nested.
    package func withLock<Value, Failure>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        unsafe pthread_mutex_lock(self.mutex)
        defer { unsafe pthread_mutex_unlock(self.mutex) }
        return try body()
    }
}
