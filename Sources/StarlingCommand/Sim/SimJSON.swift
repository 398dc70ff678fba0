import Causality
import Platform
import Simulation

/// Results of simulations for programs: one object to a line, each of a kind.
enum SimJSON {
    /// What came of one seed.
    static func seed(_ result: SimulationResult) -> JSON {
        .answer([
            ("kind", .string("seed")), ("seed", .unsigned(result.seed)), ("ok", .boolean(result.violation == nil)),
            ("hash", .string(SimText.hash(result.traceHash))), ("cluster", .string(result.cluster)),
            ("nodes", .unsigned(UInt64(result.nodeCount))), ("requests", .unsigned(UInt64(result.requests))),
            ("writes", .unsigned(UInt64(result.writes))), ("acknowledged", .unsigned(UInt64(result.acknowledged))),
            ("conversations", .unsigned(result.conversations)), ("events", .unsigned(result.events)),
            ("simulated_ms", .unsigned(result.simulatedTime.wholeMilliseconds)),
            ("healing_ms", .unsigned(result.healingTime.wholeMilliseconds)),
            ("faults", .object(result.faults.map { ($0.name, .unsigned(UInt64($0.count))) })),
        ])
    }

    /// A violation that was looked into.
    static func failure(_ report: FailureReport, commit: String) -> JSON {
        .answer([
            ("kind", .string("failure")), ("version", .string(ProgramVersion.current)), ("commit", .string(commit)),
            ("found", Self.violation(report.violation)), ("shrunk", Self.violation(report.shrunk)),
            ("runs", .unsigned(UInt64(report.runs))), ("minimal", .boolean(report.isMinimal)),
            ("reproduced", .boolean(report.isReproduced)), ("cluster", .string(report.result.cluster)),
            ("nodes", .unsigned(UInt64(report.result.nodeCount))),
            ("writes", .array(report.result.concerned.map(Self.write))),
            ("faults", .array(report.result.faultRecords.map { .string($0.description) })),
            ("requests", .array(report.result.requestRecords.map { .string($0.description) })),
            ("trace", .array(report.result.trace.map { .string(SimFailureText.line($0)) })),
            ("replay", .string(report.replay)),
        ])
    }

    /// A violation as it was found.
    static func violation(_ violation: Violation) -> JSON {
        .object([
            ("seed", .unsigned(violation.seed)), ("profile", .string(violation.profile.rawValue)),
            ("invariant", .string(violation.invariant.rawValue)), ("text", .string(violation.text)),
            ("time_ms", .unsigned(violation.time.wholeMilliseconds)),
            ("dots", .array(violation.dots.map { .string($0.description) })),
            ("replay", .string(violation.command)),
        ])
    }

    private static func write(_ write: ConcernedWrite) -> JSON {
        var members: [(name: String, value: JSON)] = [("dot", .string(write.dot.description))]
        if let origin = write.origin {
            members += [
                JSON.bytes("key", origin.key), ("operation", .string(origin.operation)),
                JSON.bytes("value", origin.value), ("node", .string(origin.node)),
                ("replaces", .array(origin.replaced.map { .string($0.description) })),
                ("replaced_by", .array(origin.replacedBy.map { .string($0.description) })),
                ("acknowledged", .boolean(origin.isAcknowledged)), ("synced", .boolean(origin.isSynced)),
                ("excused", .boolean(origin.isExcused)), ("lost", .boolean(origin.isLost)),
            ]
        }
        members.append(("live", .array(write.live.map { .string($0) })))
        members.append(("claimed", .array(write.claimed.map { .string($0) })))
        return .object(members)
    }
}
