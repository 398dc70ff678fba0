import Platform
import RESP

/// `starling status` and `digest`.
enum StatusCommands {
    static let status = Command(
        name: "status", group: .cluster, summary: "how the cluster stands, as one node sees it",
        flags: GlobalFlags.client,
        examples: [
            Command.Example("starling status", "exit code 0 if all is well, 1 if not"),
            Command.Example("starling -p 9001 status --json", "the same for a script"),
        ],
        notes: [
            "MISSING counts the writes known to this node that a peer was not known to hold when it last reported."
        ],
        run: { invocation throws(CommandError) in try Self.status(invocation) })

    static let digest = Command(
        name: "digest", group: .cluster, summary: "one figure over all a node holds: equal on equal nodes",
        flags: GlobalFlags.client,
        run: { invocation throws(CommandError) in try Self.digest(invocation) })

    private static func status(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let reply = try client.askStarling(["STATUS"])
        guard let report = NodeReport(reply) else { throw client.misunderstood("STARLING STATUS") }
        let mode = try ModeReport(of: client)
        let reasons = report.reasons
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(Self.json(report, reply).text)
        } else {
            for line in Self.lines(report, mode, style: invocation.console.style) {
                try invocation.console.print(line)
            }
        }
        return reasons.isEmpty ? .success : .no
    }

    /// The status for people.
    static func lines(_ report: NodeReport, _ mode: ModeReport, style: TerminalStyle) -> [String] {
        let reasons = report.reasons
        let isBehind = report.isBehind
        let verdict =
            reasons.isEmpty
            ? (isBehind ? style.yellow("catching up") : style.green("converged")) : style.yellow("degraded, serving")
        let up = report.peers.filter(\.isReachable).count + 1
        let count = report.peers.count + 1
        let nodes = up == count ? PlainText.counted(UInt64(count), "node") : "\(up) of \(count) nodes"
        let keys = PlainText.counted(report.keys, "key")
        var lines = [
            "\(style.bold(report.cluster))   \(mode.words)   \(nodes)   \(verdict)   "
                + "\(keys), \(PlainText.size(report.logBytes)) log",
            "",
        ]
        lines += reasons.map { "  " + $0 }
        if !reasons.isEmpty { lines.append("") }
        var table = TextTable(columns: ["NAME", "ADDRESS", "STATE", "ROLE", "MISSING", "LAST CONTACT"])
        table.add([report.name + "*", report.address, "up", mode.role, "-", "-"])
        for peer in report.peers {
            let member = mode.members.first { $0.id == peer.id }
            let role = member?.role ?? "?"
            // In leader mode conversations are rare; only the leader knows what others lack.
            let state = mode.isLeaderMode && peer.isReachable ? "up" : peer.state
            let lag = mode.isLeaderMode ? member?.lag : peer.missing
            let missing = lag.map(PlainText.grouped) ?? "?"
            let contact = peer.lastContact.map { PlainText.time(nanoseconds: $0 &* 1_000_000) + " ago" } ?? "never"
            table.add([
                peer.name.isEmpty ? "?" : peer.name, peer.address, state, role, missing, contact,
            ])
        }
        lines += table.lines()
        lines.append("")
        lines.append(mode.leadership)
        if let words = mode.splitBrainWords { lines.append(words) }
        lines += report.snapshots.map { "\(report.name) is \($0)." }
        lines += report.tombstoneLines
        let conflicts =
            report.conflicts == 0
            ? "No conflicts." : PlainText.counted(report.conflicts, "key") + " in conflict (starling conflicts)."
        lines.append(
            "\(conflicts) Up \(PlainText.time(nanoseconds: report.uptime &* 1_000_000)). * = the node that answered.")
        return lines
    }

    /// The status for scripts: a verdict with its reasons, and all that the node said.
    static func json(_ report: NodeReport, _ reply: RESPValue) -> JSON {
        let reasons = report.reasons
        let isBehind = report.isBehind
        var members: [(name: String, value: JSON)] = [
            ("verdict", .string(reasons.isEmpty ? "ok" : "degraded")),
            ("converged", .boolean(reasons.isEmpty && !isBehind)),
            ("reasons", .array(reasons.map { .string($0) })),
        ]
        members.append(("node", reply.json))
        return JSON.answer(members)
    }

    private static func digest(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        guard let digest = try client.askStarling(["DIGEST"]).text else {
            throw client.misunderstood("STARLING DIGEST")
        }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        try invocation.console.print(isJSON ? JSON.answer([("digest", .string(digest))]).text : digest)
        return .success
    }
}
