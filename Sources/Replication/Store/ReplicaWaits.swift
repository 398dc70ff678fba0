package import Causality
package import Platform

extension Replica {
    /// Calls `completion` once, now or later, with how many peers are known to hold the write: when
    /// they are at least `count`, or at the deadline.
    ///
    /// - Returns: a token for ``cancelWait(_:)``; nil when it was answered at once.
    package func wait(
        for dot: Dot, heldBy count: Int, until deadline: Instant, _ completion: @escaping (Int) -> Void
    ) -> UInt64? {
        let holders = self.exchange.holders(of: dot)
        guard holders < count, deadline > self.now, self.waiters.count < self.configuration.limits.waiters else {
            completion(holders)
            return nil
        }
        let id = self.nextWaiter
        self.nextWaiter += 1
        self.waiters.append(
            AcknowledgementWaiter(id: id, dot: dot, count: count, deadline: deadline, completion: completion))
        self.exchange.noteLocalWrite(at: self.now)
        return id
    }

    /// Waits that are not over.
    package var waitCount: Int { self.waiters.count }

    /// Forgets a wait; its completion is not called any more.
    package func cancelWait(_ id: UInt64) {
        self.waiters.removeAll { $0.id == id }
    }

    /// Answers every wait with what is known now: nothing more will be.
    package func endWaits() {
        self.exchange.cancelForgetting(now: self.now)
        let waiters = self.waiters
        self.waiters = []
        for waiter in waiters { waiter.completion(self.exchange.holders(of: waiter.dot)) }
    }

    /// How many peers are known to hold the write.
    package func holders(of dot: Dot) -> Int {
        self.exchange.holders(of: dot)
    }

    /// The next moment at which a wait ends by itself.
    var nextWaitDeadline: Instant {
        self.waiters.reduce(Instant.distantFuture) { min($0, $1.deadline) }
    }

    /// Answers the waits that are over.
    func settleWaits() {
        guard !self.waiters.isEmpty else { return }
        var rest: [AcknowledgementWaiter] = []
        var done: [(AcknowledgementWaiter, Int)] = []
        for waiter in self.waiters {
            let holders = self.exchange.holders(of: waiter.dot)
            if holders >= waiter.count || waiter.deadline <= self.now {
                done.append((waiter, holders))
            } else {
                rest.append(waiter)
            }
        }
        self.waiters = rest
        for (waiter, holders) in done { waiter.completion(holders) }
    }
}
