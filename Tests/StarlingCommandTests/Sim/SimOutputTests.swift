import Causality
import DataModel
import Platform
import Simulation
import Testing

@testable import StarlingCommand

/// What `starling sim` prints.
struct SimOutputTests {
    /// A seed that fails as soon as a delete is acknowledged, looked into.
    private static let report: FailureReport? = {
        var options = SimulationOptions(.short)
        options.objection = { cluster throws(Finding) in
            let found = cluster.history.writes.filter { $0.operation == .delete && $0.isAcknowledged }
            guard let write = found.first else { return }
            throw Finding(
                .counter, "what was planted has come up", [write.dot, Dot(peer: write.dot.peer, sequence: 999)])
        }
        return Self.firstFailure(options).flatMap { SimulationProgram.examine($0, options: options) }
    }()

    /// The first of some seeds that fails, whatever their numbers stand for today.
    private static func firstFailure(
        _ options: SimulationOptions, where isFit: (SimulationResult) -> Bool = { _ in true }
    ) -> SimulationResult? {
        (1...40 as ClosedRange<UInt64>).lazy.map { SimulationProgram.run(seed: $0, options: options) }
            .first { $0.violation != nil && isFit($0) }
    }

    private static let result = SimulationProgram.run(seed: 2, options: SimulationOptions(.short))

    @Test func `a failure is told with what it concerns and what replays it`() throws {
        let report = try #require(Self.report)
        let lines = SimFailureText.lines(report, commit: "abc123")
        let seed = report.violation.seed
        #expect(lines[0].hasPrefix("starling: seed \(seed) after "))
        #expect(lines[0].hasSuffix(" s: counter: what was planted has come up"))
        #expect(lines[1] == "  version  \(ProgramVersion.current), commit abc123, profile short")
        #expect(lines[2].hasPrefix("  cluster  2 nodes, "))
        #expect(lines[3].hasPrefix("  shrunk   to 2 nodes, 0 faults, "))
        #expect(lines[3].hasSuffix(", nothing more can be left out"))
        let text = lines.joined(separator: "\n")
        #expect(text.contains("\n  writes concerned\n    "))
        #expect(text.contains(": delete \"") && text.contains(", acknowledged"))
        #expect(text.contains(":999: written by nobody; live on no node, claimed by no node"))
        #expect(text.contains("\n  requests\n    request "))
        #expect(!text.contains("\n  faults\n"))
        #expect(text.contains("\n  last diagnostics\n    0."))
        #expect(lines.last == "  replay   \(report.replay)")
        #expect(
            report.replay.hasPrefix(
                "starling sim --profile short --seed \(seed) --nodes 2 --only-faults none --only-requests "))
    }

    @Test func `of long lists the end is shown, and how much came before`() throws {
        var options = SimulationOptions(.short)
        options.objection = { cluster throws(Finding) in
            guard cluster.elapsed > .milliseconds(1900) else { return }
            throw Finding(.counter, "there is too much")
        }
        let found = Self.firstFailure(options) { $0.requestRecords.count > SimFailureText.listed }
        let result = try #require(found)
        let report = try #require(SimulationProgram.examine(result, options: options, shrinks: false))
        let count = report.result.requestRecords.count
        let lines = SimFailureText.lines(report, commit: "unknown")
        #expect(lines.contains("    … \(count - SimFailureText.listed) before"))
        #expect(lines.count { $0.hasPrefix("    request ") } == SimFailureText.listed)
    }

    @Test func `a failure is one object for programs`() throws {
        let report = try #require(Self.report)
        let text = SimJSON.failure(report, commit: "abc123").text
        for part in [
            "{\"schema\":1,\"kind\":\"failure\"", "\"commit\":\"abc123\"",
            "\"found\":{\"seed\":\(report.violation.seed),\"profile\":\"short\",",
            "\"invariant\":\"counter\"", "\"minimal\":true,\"reproduced\":true", "\"operation\":\"delete\"",
            "\"acknowledged\":true", "\"faults\":[]", "\"replay\":\"\(report.replay)\"}",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("\n"))
    }

    @Test func `a seed is one object for programs`() {
        let result = Self.result
        let text = SimJSON.seed(result).text
        #expect(text.hasPrefix("{\"schema\":1,\"kind\":\"seed\",\"seed\":2,\"ok\":true,\"hash\":\""))
        #expect(text.contains("\"requests\":\(result.requests),\"writes\":\(result.writes),"))
    }

    @Test func `progress and summary say how many, how fast and how long`() {
        var result = Self.result
        result.simulatedTime = .seconds(60)
        var tally = SimTally(total: 1200, time: nil)
        for _ in 0..<400 { tally.add(result) }
        #expect(
            tally.progress(after: .seconds(20))
                == "400 of 1 200 seeds, 0 failed, 1200 a minute, 1200 times real time, 20.0 s, 40.0 s to go")
        #expect(
            tally.summary(after: .seconds(20)) == "400 seeds, 0 failed, in 20.0 s: 1200 a minute, 1200 times real time")
        var timed = SimTally(total: nil, time: .seconds(300))
        timed.add(result)
        #expect(
            timed.progress(after: .seconds(60)) == "1 seeds, 0 failed, 1 a minute, 1 times real time, 1m0s, 4m0s to go")
        #expect(SimTally(total: .max, time: nil).progress(after: .zero).hasSuffix("0.0 ms"))
    }

    @Test func `coverage is a table, with what was missed below it`() {
        var coverage = SimCoverage()
        let lines = SimText.coverage(coverage)
        #expect(lines[0].hasPrefix("  MARK"))
        #expect(lines.last?.hasPrefix("Never hit: fault: crash, fault: panic, ") == true)
        var result = Self.result
        result.coverage = CoverageReport()
        result.coverage.add(ClusterFault.crash, 3)
        coverage.add(result)
        coverage.add(result)
        #expect(coverage.marks.first { $0.name == "fault: crash" }?.count == 6)
        #expect(SimText.coverage(coverage).last?.hasPrefix("Never hit: fault: panic, ") == true)
    }

    @Test func `a hash has sixteen digits`() {
        #expect(SimText.hash(0xAB) == "00000000000000ab")
        #expect(SimText.hash(.max) == "ffffffffffffffff")
    }
}
