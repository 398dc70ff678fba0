import RESP

/// `starling topology`: the cluster as a drawing.
enum TopologyCommand {
    static let command = Command(
        name: "topology", group: .cluster, summary: "draw the cluster: parts, term, and who is how far behind",
        flags: GlobalFlags.client,
        examples: [Command.Example("starling topology", "in leader mode as the leader sees it, if it answers")],
        notes: [
            "In leader mode BEHIND counts entries that a follower is not known to have; without it, writes. * is the "
                + "node that answered."
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client: NodeClient
        do throws(CommandError) {
            client = try LeaderClient.connect(invocation.settings).client
        } catch {
            // Without a leader to ask, what the node knows itself is better than nothing.
            client = try NodeClient(invocation.settings)
        }
        defer { client.connection.close() }
        let reply = try client.askStarling(["TOPOLOGY"])
        guard let report = ModeReport(reply) else { throw client.misunderstood("STARLING TOPOLOGY") }
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(JSON.answer([("topology", reply.json)]).text)
        } else {
            for line in Self.lines(report) { try invocation.console.print(line) }
        }
        return report.isLeaderMode && report.leader.isEmpty ? .no : .success
    }

    /// The drawing for people.
    static func lines(_ report: ModeReport) -> [String] {
        let entry = report.isLeaderMode ? "   entry \(PlainText.grouped(report.decided)) decided" : ""
        let lines = ["\(report.words)   \(PlainText.counted(UInt64(report.members.count), "member"))\(entry)", ""]
        return lines + report.drawing() + ["", report.leadership] + (report.splitBrainWords.map { [$0] } ?? [])
    }
}
