import Platform
import PosixPlatform

/// `starling mode`: how the cluster takes writes, and how it is to.
enum ModeCommand {
    static let command = Command(
        name: "mode", group: .cluster, summary: "whether one node leads; switch the whole cluster while it runs",
        operands: "[show|leader|leaderless]", operandCount: 0...1,
        flags: GlobalFlags.client + [Self.dryRun, Self.yes],
        examples: [
            Command.Example("starling mode", "how the cluster takes writes, and who leads"),
            Command.Example("starling mode leader", "shows the plan, asks, carries it out and reports"),
            Command.Example("starling mode leaderless --yes", "every node takes writes again; asks nothing"),
            Command.Example("starling mode leader --dry-run", "shows the plan only"),
        ],
        notes: [
            "In leader mode one node gives all writes one order: reads see the latest write wherever it was made, "
                + "transactions are serializable, and writes need a majority of the nodes. Leaderless, every node "
                + "takes writes alone, and concurrent ones become siblings.",
            "Exit code 0 when the mode is as asked for, 1 if nothing has changed, 75 if it is not known.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let dryRun = Flag(
        "dry-run", .switchOnly, isSetting: false, help: "show what would be done, and do nothing")
    private static let yes = Flag("yes", .switchOnly, isSetting: false, help: "ask nothing")
    /// Between two looks.
    private static let interval = Delay.milliseconds(20)

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        switch invocation.operands.first ?? "show" {
        case "show": return try Self.show(invocation)
        case "leader": return try Self.change(invocation, toLeader: true)
        case "leaderless": return try Self.change(invocation, toLeader: false)
        case let word:
            throw CommandError(
                .usage,
                "mode shows, or switches to leader or leaderless; \"\(word)\" is none of them.  (starling mode --help)")
        }
    }

    private static func show(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let report = try ModeReport(of: client)
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(Self.json(report, changed: false).text)
        } else {
            try invocation.console.print("\(report.words). \(report.leadership)")
        }
        return .success
    }

    private static func change(_ invocation: Invocation, toLeader: Bool) throws(CommandError) -> ExitCode {
        let (client, before) = try LeaderClient.connect(invocation.settings)
        defer { client.connection.close() }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        guard before.isLeaderMode != toLeader else {
            try invocation.console.print(
                isJSON ? Self.json(before, changed: false).text : "It is so already. \(before.leadership)")
            return .success
        }
        let isDryRun = try invocation.settings.isOn(Self.dryRun)
        if !isJSON || isDryRun {
            for line in Self.plan(before, toLeader: toLeader) { try invocation.console.print(line) }
        }
        if isDryRun { return .success }
        if try !invocation.settings.isOn(Self.yes) {
            guard try Self.agrees(invocation.console) else { return .no }
        }
        let start = Clocks.now
        _ = try client.askStarling(["MODE", toLeader ? "LEADER" : "LEADERLESS"])
        let after = try Self.settle(client, before, toLeader: toLeader, invocation)
        if isJSON {
            try invocation.console.print(Self.json(after, changed: true).text)
        } else {
            let time = PlainText.time(nanoseconds: Clocks.now.since(start).nanoseconds)
            try invocation.console.print("Done after \(time): \(after.words). \(after.leadership)")
            for line in after.drawing() { try invocation.console.print(line) }
        }
        return .success
    }

    /// What would be done, as lines.
    static func plan(_ report: ModeReport, toLeader: Bool) -> [String] {
        let up = report.members.filter(\.isUp)
        let away = report.members.filter { !$0.isUp }.map(\.name)
        let words = report.isLeaderMode ? "in leader mode" : report.words
        var lines = ["The cluster is \(words); \(up.count) of \(report.members.count) known nodes answer.", ""]
        if toLeader {
            let others = up.filter { !$0.isSelf }.map(\.name)
            lines.append("  1. \(report.name) asks all known nodes for their promise; a majority must give it.")
            lines.append("     Otherwise nothing changes.")
            lines.append("  2. \(report.name) leads first. Writes pause until it does, reads go on.")
            if !others.isEmpty {
                lines.append(
                    "  3. \(others.joined(separator: ", ")) \(others.count == 1 ? "is" : "are") brought to its state, "
                        + "follow\(others.count == 1 ? "s" : ""), and get\(others.count == 1 ? "s" : "") a vote.")
            }
            lines.append("  From then on the leader takes all writes, and one is answered when a majority has it.")
        } else {
            lines.append("  1. \(report.name), which leads, has a majority decide that leader mode is over.")
            lines.append("  2. Every node leaves it with all that was decided. Writes pause until then, reads go on.")
            lines.append("  From then on every node takes writes alone; concurrent ones become siblings.")
        }
        if !away.isEmpty {
            lines.append("  Away now: \(away.joined(separator: ", ")). Back again they follow, and lose nothing.")
        }
        return lines + [""]
    }

    /// Waits until everyone who answered before has done the same, as far as the node knows.
    private static func settle(
        _ client: NodeClient, _ before: ModeReport, toLeader: Bool, _ invocation: Invocation
    ) throws(CommandError) -> ModeReport {
        let (_, timeout) = try NodeClient.target(invocation.settings)
        let deadline = Clocks.now + timeout
        let wanted = Set(before.members.filter(\.isUp).map(\.id))
        while true {
            let report = try ModeReport(of: client)
            if toLeader {
                let voters = Set(report.members.filter(\.hasVote).map(\.id))
                if report.isLeaderMode, !report.leader.isEmpty, wanted.isSubset(of: voters) { return report }
            } else if report.mode == "leaderless", Self.haveLeft(before.members, invocation) {
                return report
            }
            guard Clocks.now < deadline else {
                throw CommandError(
                    .tryAgain,
                    "the mode has changed, but not yet for all nodes that answered before, after "
                        + "\(PlainText.time(nanoseconds: timeout.nanoseconds)); see starling topology")
            }
            Clocks.pause(Self.interval)
        }
    }

    /// Whether all members that answered before are leaderless; one that does not answer any more will hear of it.
    private static func haveLeft(_ members: [ModeReport.Member], _ invocation: Invocation) -> Bool {
        members.allSatisfy { member in
            guard member.isUp, let address = NetworkAddress(parsing: member.address),
                let connection = try? NodeConnection(to: address, timeout: .seconds(1))
            else { return true }
            defer { connection.close() }
            guard let report = try? ModeReport(of: NodeClient(connection)) else { return true }
            return report.mode == "leaderless"
        }
    }

    private static func json(_ report: ModeReport, changed: Bool) -> JSON {
        JSON.answer([
            ("mode", .string(report.mode)), ("changed", .boolean(changed)), ("role", .string(report.role)),
            ("term", .unsigned(report.term)), ("leader", report.leader.isEmpty ? .null : .string(report.leader)),
            ("leader_address", report.leaderAddress.isEmpty ? .null : .string(report.leaderAddress)),
            ("voters", .array(report.members.filter(\.hasVote).map { .string($0.name) })),
        ])
    }

    /// Asks the person, who must be there to be asked.
    private static func agrees(_ console: Console) throws(CommandError) -> Bool {
        guard ProcessFacts.isTerminal(StandardStream.input.rawValue) else {
            throw CommandError(.usage, "mode asks before it does anything; where nobody can answer give --yes.")
        }
        try console.write(Array("Go ahead? [y/N] ".utf8))
        let answer = (try? StandardStream.input.read(limit: 256)) ?? []
        return answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y")
    }
}
