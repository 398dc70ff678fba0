import Platform
import Simulation
import Testing

/// Clusters in leader mode: the production driver under crashes, pauses, cuts and slow disks.
@Suite struct LeaderTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `what clients of a led cluster see has one order`(seed: UInt64) {
        let result = SimulationProgram.run(seed: seed, options: SimulationOptions(.leader))
        #expect(result.violation == nil, "\(result.violation?.description ?? "")")
    }

    @Test func `most requests are answered`() {
        var (asked, answered) = (0, 0)
        for seed in 100...110 as ClosedRange<UInt64> {
            let result = SimulationProgram.run(seed: seed, options: SimulationOptions(.leader))
            asked += result.writes
            answered += result.acknowledged
        }
        #expect(asked > 200)
        #expect(answered * 10 > asked * 8)
    }

    private static func operation(
        _ request: LeaderOperation.Request, _ asked: UInt64, _ answered: UInt64?,
        _ answer: LeaderOperation.Answer? = nil
    ) -> LeaderOperation {
        var operation = LeaderOperation(request, at: Instant(nanoseconds: asked))
        operation.answer = answer
        operation.answered = answered.map { Instant(nanoseconds: $0) } ?? .distantFuture
        return operation
    }

    @Test func `a stale read has no place in any order`() {
        let write = Self.operation(.write(1), 0, 10, .done(true))
        let overwrite = Self.operation(.write(2), 20, 30, .done(true))
        let stale = Self.operation(.read, 40, 50, .value(1))
        #expect(!LinearizabilityChecker([write, overwrite, stale]).isLinearizable())
        let early = Self.operation(.read, 25, 50, .value(1))
        #expect(LinearizabilityChecker([write, overwrite, early]).isLinearizable())
    }

    @Test func `a write that was never answered may have happened, at any time or never`() {
        let write = Self.operation(.write(1), 0, nil)
        let none = Self.operation(.read, 10, 20, .value(nil))
        let seen = Self.operation(.read, 30, 40, .value(1))
        #expect(LinearizabilityChecker([write, none]).isLinearizable())
        #expect(LinearizabilityChecker([write, none, seen]).isLinearizable())
        let gone = Self.operation(.read, 50, 60, .value(nil))
        #expect(!LinearizabilityChecker([write, seen, gone]).isLinearizable())
    }

    @Test func `no increment is counted twice, and none is lost`() {
        let first = Self.operation(.increment, 0, 10, .value(1))
        let second = Self.operation(.increment, 5, 20, .value(2))
        #expect(LinearizabilityChecker([first, second]).isLinearizable())
        let twice = Self.operation(.increment, 30, 40, .value(2))
        #expect(!LinearizabilityChecker([first, second, twice]).isLinearizable())
    }
}
