import Platform

/// `starling leader step-down`: has the leader hand over.
enum LeaderCommand {
    static let command = Command(
        name: "leader", group: .cluster, summary: "have the leader hand over to another node",
        operands: "step-down", operandCount: 1...1, flags: GlobalFlags.client + [Self.successor],
        examples: [
            Command.Example("starling leader step-down", "to the follower that is furthest"),
            Command.Example("starling leader step-down --to n3", "before n1 is taken away for maintenance"),
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let successor = Flag(
        "to", .required("PEER"), isSetting: false, help: "the next leader, by name, HOST:PORT or peer ID")
    /// Between two looks.
    private static let interval = Delay.milliseconds(20)

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        guard invocation.operands[0] == "step-down" else {
            throw CommandError(.usage, "leader can only step-down; \"\(invocation.operands[0])\" is not known.")
        }
        let (client, before) = try LeaderClient.connect(invocation.settings)
        defer { client.connection.close() }
        guard before.isLeaderMode else {
            throw CommandError(
                .no, "this cluster is leaderless; there is no leader to step down. See: starling mode")
        }
        let start = Clocks.now
        _ = try client.askStarling(["STEPDOWN"] + (invocation.settings.last(Self.successor).map { [$0.text] } ?? []))
        let (_, timeout) = try NodeClient.target(invocation.settings)
        while true {
            let report = try ModeReport(of: client)
            if !report.leader.isEmpty, report.leader != before.leader {
                try Self.tell(report, before, since: start, invocation)
                return .success
            }
            guard Clocks.now.since(start) < timeout else {
                throw CommandError(.tryAgain, "\(before.leader) still leads; the other node may not have kept up.")
            }
            Clocks.pause(Self.interval)
        }
    }

    private static func tell(
        _ report: ModeReport, _ before: ModeReport, since start: Instant, _ invocation: Invocation
    ) throws(CommandError) {
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(
                JSON.answer([
                    ("leader", .string(report.leader)), ("term", .unsigned(report.term)),
                    ("predecessor", .string(before.leader)),
                ]).text)
        } else {
            let time = PlainText.time(nanoseconds: Clocks.now.since(start).nanoseconds)
            try invocation.console.print("\(report.leader) leads in term \(report.term), after \(time).")
        }
    }
}
