import Dispatch
import Platform
import PosixPlatform
import Simulation

/// Hands seeds to threads, and their results on in the order of the seeds.
///
/// Sendable because its state is only touched under the lock.
final class SeedQueue: @unchecked Sendable {
    private let lock = Lock()
    private let changed = DispatchSemaphore(value: 0)
    /// The next seed to run; nil when there is none.
    private var next: UInt64?
    private let last: UInt64
    /// The seed whose result is handed on next.
    private var reported: UInt64
    /// Results of later seeds. Bounded by ``lead``.
    private var finished: [UInt64: SimulationResult] = [:]
    private var workers: Int
    private var interrupts = 0

    /// No seed is begun that is so far ahead of one that is still being run.
    static let lead: UInt64 = 10_000

    /// A queue of all these seeds, for so many threads.
    init(_ seeds: ClosedRange<UInt64>, workers: Int) {
        self.next = seeds.lowerBound
        self.reported = seeds.lowerBound
        self.last = seeds.upperBound
        self.workers = workers
    }

    /// How often the user has asked for the end.
    var interruptCount: Int { self.lock.withLock { self.interrupts } }

    /// Takes the next seed; nil if there is none, and then the thread is expected to end.
    func take() -> UInt64? {
        self.lock.withLock {
            guard let seed = self.next, seed - self.reported < SeedQueue.lead else {
                self.workers -= 1
                self.changed.signal()
                return nil
            }
            self.next = seed < self.last ? seed + 1 : nil
            return seed
        }
    }

    /// Gives a result back.
    func put(_ result: SimulationResult) {
        self.lock.withLock { self.finished[result.seed] = result }
        self.changed.signal()
    }

    /// No further seed is begun.
    func stop() {
        self.lock.withLock { self.next = nil }
    }

    /// As ``stop()``, on behalf of the user; returns how often that was asked for.
    func interrupt() -> Int {
        self.lock.withLock {
            self.next = nil
            self.interrupts += 1
            return self.interrupts
        }
    }

    /// Waits for news, a while at the most; returns the results that are next in order, and whether
    /// that was all.
    func takeResults(waiting: Delay) -> (results: [SimulationResult], isOver: Bool) {
        _ = self.changed.wait(timeout: .now() + .milliseconds(Int(waiting.wholeMilliseconds)))
        return self.lock.withLock {
            var results: [SimulationResult] = []
            while let result = self.finished.removeValue(forKey: self.reported) {
                results.append(result)
                guard self.reported < self.last else { break }
                self.reported += 1
            }
            return (results, self.workers == 0 && self.finished.isEmpty)
        }
    }
}
