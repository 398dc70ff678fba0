import Causality
import DataModel
import Platform
import Simulation
import Testing

/// Failing runs made small, by violations that are planted.
struct ShrinkingTests {
    /// Options whose runs fail as soon as the condition holds.
    private static func options(
        _ condition: @escaping @Sendable (SimulatedCluster) -> Bool
    ) -> SimulationOptions {
        var options = SimulationOptions(.short)
        options.objection = { cluster throws(Finding) in
            guard condition(cluster) else { return }
            throw Finding(.counter, "what was planted has come up", cluster.history.writes.suffix(1).map(\.dot))
        }
        return options
    }

    /// The first of some seeds that fails, whatever their numbers stand for today.
    private static func firstFailure(_ options: SimulationOptions) throws -> SimulationResult {
        let results = (1...40 as ClosedRange<UInt64>).lazy.map { SimulationProgram.run(seed: $0, options: options) }
        return try #require(results.first { $0.violation != nil })
    }

    private static func examine(_ options: SimulationOptions) throws -> FailureReport {
        try #require(SimulationProgram.examine(try Self.firstFailure(options), options: options))
    }

    @Test func `a violation by one write is shrunk to that write`() throws {
        let options = Self.options { cluster in
            cluster.history.writes.contains { $0.operation == .delete && $0.isAcknowledged && $0.batch == nil }
        }
        let report = try Self.examine(options)
        #expect(report.isReproduced)
        #expect(report.isMinimal)
        #expect(report.result.faultRecords.isEmpty)
        #expect(report.result.nodeCount == 2)
        // A delete needs something to delete, and perhaps somebody who has read it.
        #expect((1...3).contains(report.result.requestRecords.count))
        #expect(report.shrunk.invariant == .counter)
        #expect(report.violation.invariant == .counter)
    }

    @Test func `a violation that needs a fault keeps the fault`() throws {
        let options = Self.options { cluster in cluster.nodes.contains { $0.isPaused } }
        let report = try Self.examine(options)
        #expect(report.isMinimal)
        #expect(report.result.requestRecords.isEmpty)
        #expect(report.result.faultRecords.count == 1)
        #expect(report.result.faultRecords.allSatisfy { [.pause, .longPause].contains($0.kind) })
    }

    @Test func `the shrunk case is replayed by its selection alone`() throws {
        let options = Self.options { cluster in
            cluster.history.writes.contains { $0.operation == .delete } && cluster.nodes.contains { $0.starts > 1 }
        }
        let report = try Self.examine(options)
        var replayed = options
        replayed.selection = report.shrunk.selection
        let again = SimulationProgram.run(seed: report.result.seed, options: replayed)
        #expect(again.violation == report.shrunk)
        #expect(again.traceHash == report.result.traceHash)
        let selection = report.shrunk.selection
        #expect(
            report.replay == "starling sim --profile short --seed \(report.result.seed)\(selection.arguments)")
        #expect(selection.arguments.contains(" --only-faults ") && selection.arguments.contains(" --only-requests "))
        #expect((1...3).contains(report.result.requestRecords.count))
        #expect(report.result.faultRecords.count == 1)
    }

    @Test func `a run that is only repeated is left as it is, with its last diagnostics`() throws {
        let options = Self.options { cluster in
            guard let last = cluster.history.writes.last else { return false }
            return cluster.nodes.contains { $0.isRunning && $0.durableContext?.contains(last.dot) == true }
        }
        let result = try Self.firstFailure(options)
        let report = try #require(SimulationProgram.examine(result, options: options, shrinks: false))
        #expect(report.isReproduced)
        #expect(report.runs == 1)
        #expect(report.shrunk == result.violation)
        #expect(report.result.requestRecords.count == result.requestRecords.count)
        #expect(report.replay == "starling sim --profile short --seed \(result.seed)")
        #expect(!report.result.trace.isEmpty && report.result.trace.count <= 40)
        let write = try #require(report.result.concerned.first)
        #expect(write.origin?.node.isEmpty == false)
        #expect(write.claimed.isEmpty == false)
    }

    @Test func `a write that a crash took back is still told of`() throws {
        var options = SimulationOptions(.short)
        options.objection = { cluster throws(Finding) in
            guard let lost = cluster.history.writes.first(where: \.isLost) else { return }
            throw Finding(.durability, "what was planted has come up", [lost.dot])
        }
        let result = try Self.firstFailure(options)
        let origin = try #require(result.concerned.first?.origin)
        #expect(origin.isLost)
        #expect(!origin.key.isEmpty)
        #expect(result.concerned.first?.live == [])
    }

    @Test func `a bound on tries is kept, and said`() throws {
        let options = Self.options { cluster in cluster.history.writes.count > 10 }
        let result = try Self.firstFailure(options)
        let report = try #require(SimulationProgram.examine(result, options: options, runsMaximum: 3))
        #expect(report.runs <= 4)
        #expect(!report.isMinimal)
        #expect(report.shrunk.invariant == .counter)
    }

    @Test func `leaving a request out leaves the others as they were`() {
        let options = SimulationOptions(.short)
        let whole = SimulationProgram.run(seed: 3, options: options)
        var less = options
        less.selection.requests = OrdinalSet(whole.requestRecords.map(\.ordinal).filter { $0 % 2 == 0 })
        let half = SimulationProgram.run(seed: 3, options: less)
        let expected = whole.requestRecords.filter { $0.ordinal % 2 == 0 }
        #expect(half.requestRecords.map(\.ordinal) == expected.map(\.ordinal))
        #expect(half.requestRecords.map(\.time) == expected.map(\.time))
        #expect(half.requestRecords.map(\.node) == expected.map(\.node))
        #expect(half.requestRecords.map(\.name) == expected.map(\.name))
        #expect(half.faultRecords == whole.faultRecords)
    }
}
