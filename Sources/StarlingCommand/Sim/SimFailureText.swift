import Causality
import Platform
import Simulation

/// A failure of a simulation as people read it: what did not hold, what it was about, and how to see it
/// again.
enum SimFailureText {
    /// Requests and faults that are listed; more are only counted.
    static let listed = 40

    /// The lines of a report; the last is the command that replays it.
    static func lines(_ report: FailureReport, commit: String) -> [String] {
        let (shrunk, result) = (report.shrunk, report.result)
        var lines = [
            "starling: \(Self.sentence(report.violation))",
            "  version  \(ProgramVersion.current), commit \(commit), profile \(shrunk.profile.rawValue)",
            "  cluster  \(result.cluster)",
        ]
        if !report.isReproduced {
            lines.append("  repeated and not found again: the run depends on something other than its seed")
            return lines + ["  replay   \(report.replay)"]
        }
        lines.append(
            "  shrunk   to \(Self.size(result)), in \(PlainText.counted(UInt64(report.runs), "run"))"
                + (report.isMinimal ? ", nothing more can be left out" : ", perhaps not the least"))
        if shrunk != report.violation {
            lines.append("  there    \(Self.sentence(shrunk))")
        }
        lines += Self.section("writes concerned", result.concerned.map(Self.line))
        lines += Self.section("faults", result.faultRecords.map(\.description))
        lines += Self.section("requests", result.requestRecords.map(\.description))
        lines += Self.section("last diagnostics", result.trace.map(Self.line))
        return lines + ["  replay   \(report.replay)"]
    }

    /// `seed 42, after 1.204 s, durability: a write … is lost`.
    static func sentence(_ violation: Violation) -> String {
        "seed \(violation.seed) after \(Self.seconds(violation.time)) s: \(violation.invariant.rawValue): "
            + violation.text
    }

    /// `3 nodes, 2 faults, 5 requests`.
    private static func size(_ result: SimulationResult) -> String {
        [
            PlainText.counted(UInt64(result.nodeCount), "node"),
            PlainText.counted(UInt64(result.faultRecords.count), "fault"),
            PlainText.counted(UInt64(result.requestRecords.count), "request"),
        ].joined(separator: ", ")
    }

    private static func section(_ title: String, _ entries: [String]) -> [String] {
        guard !entries.isEmpty else { return [] }
        let left = entries.count - Self.listed
        return ["  \(title)"] + (left > 0 ? ["    … \(left) before"] : [])
            + entries.suffix(Self.listed).map { "    " + $0 }
    }

    /// One write and all that is known of it.
    static func line(_ write: ConcernedWrite) -> String {
        let places =
            "live on \(Self.list(write.live, none: "no node")), claimed by \(Self.list(write.claimed, none: "no node"))"
        guard let origin = write.origin else { return "\(write.dot): written by nobody; \(places)" }
        var states: [String] = []
        if origin.isAcknowledged { states.append("acknowledged") }
        if origin.isSynced { states.append("synced") }
        if origin.isExcused { states.append("its only holder lost its disk") }
        if origin.isLost { states.append("taken back by a crash") }
        let value = origin.value.isEmpty ? "" : " " + PlainText.quoted(origin.value, limit: 24)
        return "\(write.dot): \(origin.operation) \(PlainText.quoted(origin.key))\(value) on \(origin.node), "
            + "\(Self.list(states, none: "neither acknowledged nor synced")); "
            + "replaces \(Self.list(origin.replaced.map(\.description), none: "nothing")), "
            + "replaced by \(Self.list(origin.replacedBy.map(\.description), none: "nothing")); \(places)"
    }

    /// One diagnostic, with the moment in simulated seconds.
    static func line(_ line: TraceLine) -> String {
        let record = line.record
        let fields = record.fields.map { " \($0.name)=\(PlainText.escaped($0.value))" }.joined()
        let microseconds = line.time.nanoseconds / 1000
        let time = "\(microseconds / 1_000_000).\(String(1_000_000 + microseconds % 1_000_000).dropFirst())"
        return "\(time) \(line.node) \(record.level) \(record.event): \(record.message)\(fields)"
    }

    private static func seconds(_ time: Delay) -> String {
        let milliseconds = time.wholeMilliseconds
        return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
    }

    private static func list(_ words: [String], none: String) -> String {
        words.isEmpty ? none : words.joined(separator: " ")
    }
}
