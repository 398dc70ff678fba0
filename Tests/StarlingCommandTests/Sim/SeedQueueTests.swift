import Platform
import Simulation
import Testing

@testable import StarlingCommand

/// Seeds handed to threads, and their results in order.
struct SeedQueueTests {
    private static let result = SimulationProgram.run(seed: 1, options: SimulationOptions(.short))

    private static func result(_ seed: UInt64) -> SimulationResult {
        var result = Self.result
        result.seed = seed
        return result
    }

    @Test func `results come in the order of the seeds, whatever the order of their ends`() {
        let queue = SeedQueue(5...7, workers: 2)
        #expect([queue.take(), queue.take(), queue.take()] == [5, 6, 7])
        queue.put(Self.result(7))
        queue.put(Self.result(6))
        #expect(queue.takeResults(waiting: .zero).results.isEmpty)
        #expect(queue.take() == nil)
        queue.put(Self.result(5))
        let all = queue.takeResults(waiting: .zero)
        #expect(all.results.map(\.seed) == [5, 6, 7])
        #expect(!all.isOver)
        #expect(queue.take() == nil)
        #expect(queue.takeResults(waiting: .zero).isOver)
    }

    @Test func `the last possible seed is the last`() {
        let queue = SeedQueue((UInt64.max - 1)...UInt64.max, workers: 1)
        #expect([queue.take(), queue.take(), queue.take()] == [UInt64.max - 1, UInt64.max, nil])
        queue.put(Self.result(.max - 1))
        queue.put(Self.result(.max))
        let all = queue.takeResults(waiting: .zero)
        #expect(all.results.count == 2)
        #expect(all.isOver)
    }

    @Test func `after an interrupt what was begun is still told of`() {
        let queue = SeedQueue(1...1000, workers: 1)
        #expect(queue.take() == 1)
        #expect(queue.interrupt() == 1)
        #expect(queue.interrupt() == 2)
        queue.put(Self.result(1))
        #expect(queue.take() == nil)
        let all = queue.takeResults(waiting: .zero)
        #expect(all.results.map(\.seed) == [1])
        #expect(all.isOver)
        #expect(queue.interruptCount == 2)
    }

    @Test func `nobody runs far ahead of a slow seed`() {
        let queue = SeedQueue(1...UInt64.max, workers: 2)
        #expect(queue.take() == 1)
        for seed in 2...SeedQueue.lead { #expect(queue.take() == seed) }
        #expect(queue.take() == nil)
    }
}
