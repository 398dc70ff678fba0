import Glibc

/// The end of a thread's body, for those who wait for it.
///
/// Sendable because all its state is only touched under the mutex, which stays at one address.
@safe final class ThreadEnding: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isReached = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init() {
        unsafe self.mutex = .allocate(capacity: 1)
        unsafe self.condition = .allocate(capacity: 1)
        unsafe self.mutex.initialize(to: pthread_mutex_t())
        unsafe self.condition.initialize(to: pthread_cond_t())
        // With default attributes neither can fail on Linux.
        unsafe pthread_mutex_init(self.mutex, nil)
        unsafe pthread_cond_init(self.condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(self.condition)
        unsafe pthread_mutex_destroy(self.mutex)
        unsafe self.condition.deallocate()
        unsafe self.mutex.deallocate()
    }

    /// Says that the body has returned.
    func reach() {
        unsafe pthread_mutex_lock(self.mutex)
        self.isReached = true
        let resumed = self.waiting
        self.waiting = []
        unsafe pthread_cond_broadcast(self.condition)
        unsafe pthread_mutex_unlock(self.mutex)
        for continuation in resumed {
            continuation.resume()
        }
    }

    /// Blocks this thread until the body has returned.
    func wait() {
        unsafe pthread_mutex_lock(self.mutex)
        while !self.isReached {
            unsafe pthread_cond_wait(self.condition, self.mutex)
        }
        unsafe pthread_mutex_unlock(self.mutex)
    }

    /// Suspends the task until the body has returned.
    func reached() async {
        await withCheckedContinuation { continuation in
            unsafe pthread_mutex_lock(self.mutex)
            let isReached = self.isReached
            if !isReached {
                self.waiting.append(continuation)
            }
            unsafe pthread_mutex_unlock(self.mutex)
            if isReached {
                continuation.resume()
            }
        }
    }
}
