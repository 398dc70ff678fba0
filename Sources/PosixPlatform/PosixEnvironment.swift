import CPosixShim
package import Platform

/// The real machine: its files, network, clocks and randomness, for one node.
///
/// All but ``waker`` belongs to the thread that runs the node. It may be made on another thread and
/// then be handed over.
package final class PosixEnvironment: Environment {
    /// The machine's files.
    package let files: PosixFileSystem
    /// The machine's network.
    package let network: PosixNetwork
    /// Ends ``wait(until:)`` from any thread.
    package let waker: Waker

    private let poller: Poller
    private let traceRecord: @Sendable (TraceRecord) -> Void
    private var randomWords = [UInt64](repeating: 0, count: 32)
    /// Words of ``randomWords`` that have been given out.
    private var usedWords = 0
    /// Whether the poller has found something that nobody has taken yet.
    private var isPolled = false
    private var isClosed = false

    /// Opens what a node needs of the system and starts the two threads of its disk.
    ///
    /// - Parameter trace: receives diagnostics, on the node's thread.
    package init(trace: @escaping @Sendable (TraceRecord) -> Void) throws(SystemCallError) {
        self.traceRecord = trace
        self.poller = try Poller()
        self.waker = try Waker(isBlocking: false)
        try self.poller.add(self.waker.descriptor, .waker, STARLING_POLL_IN)
        try Self.fill(&self.randomWords)
        self.network = PosixNetwork(poller: self.poller, waker: self.waker, trace: trace)
        self.files = try PosixFileSystem(waker: self.waker)
    }

    deinit {
        self.close()
    }

    package var now: Instant { MonotonicClock.now }

    package var wallNow: WallTime { WallTime(milliseconds: starling_clock_wall()) }

    package func random() -> UInt64 {
        if self.usedWords == self.randomWords.count {
            do {
                try Self.fill(&self.randomWords)
            } catch {
                // getrandom fails only if the kernel lacks it or the arguments are wrong; both would
                // have been found by the same call in init.
                preconditionFailure("\(error)")
            }
            self.usedWords = 0
        }
        let word = self.randomWords[self.usedWords]
        // What was given out is not kept: it may be a challenge or a key.
        self.randomWords[self.usedWords] = 0
        self.usedWords += 1
        return word
    }

    package func trace(_ record: TraceRecord) {
        self.traceRecord(record)
    }

    /// Blocks until something happens, ``waker`` is used, or the deadline is reached; at once if there
    /// is something to take already. May return early with nothing to take.
    ///
    /// The deadline is rounded up to a millisecond, so that waiting again for a deadline that has been
    /// waited for never spins.
    package func wait(until deadline: Instant) {
        guard !self.isPolled, !self.isClosed else { return }
        let hasSettled = self.network.hasSettled
        let deadline = min(deadline, self.network.deadline ?? deadline)
        self.poller.wait(milliseconds: hasSettled ? 0 : self.milliseconds(until: deadline))
        self.isPolled = self.poller.count > 0
        // The signal is taken back here, before anything it stands for is taken.
        for position in 0..<self.poller.count where self.poller.ready(position).token == .waker {
            self.waker.clear()
        }
    }

    package func takeEvents(into events: inout [Event]) {
        guard !self.isClosed else { return }
        if !self.isPolled {
            self.poller.wait(milliseconds: 0)
        }
        self.isPolled = false
        for position in 0..<self.poller.count {
            let (token, flags) = self.poller.ready(position)
            if let token {
                self.network.take(token, flags, into: &events)
            }
        }
        self.network.takeSettled(into: &events)
        self.files.takeOutcomes(into: &events)
    }

    /// Closes all streams and files and ends the threads, after the storage jobs submitted so far.
    ///
    /// It waits as long as the disk does. A name lookup under way is not waited for.
    package func close() {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.network.stop()
        self.files.stop()
        self.poller.close()
    }

    /// Until the deadline, rounded up; -1 for one that never comes.
    private func milliseconds(until deadline: Instant) -> Int32 {
        if deadline == .distantFuture {
            return -1
        }
        let delay = deadline.since(self.now).nanoseconds
        let milliseconds = delay / 1_000_000 + (delay % 1_000_000 == 0 ? 0 : 1)
        return Int32(clamping: milliseconds)
    }

    private static func fill(_ words: inout [UInt64]) throws(SystemCallError) {
        let result = unsafe words.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(0) }
            return unsafe starling_random(start, bytes.count)
        }
        try SystemCallError.check(result, "getrandom", "random numbers")
    }
}
