import RESP

/// `starling conflicts`: the keys that were written on several nodes at once, with the value that readers see and
/// those that lost.
enum ConflictsCommand {
    static let command = Command(
        name: "conflicts", group: .cluster, summary: "keys with concurrent writes: what is seen, and what lost",
        flags: GlobalFlags.client + [Self.limit],
        examples: [
            Command.Example("starling conflicts", "key, value seen, values that lost"),
            Command.Example("starling set cart:9 apple,pear", "settle one: write what it should be"),
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let limit = Flag(
        "limit", .required("N"), isSetting: false, help: "at most so many keys (default 100)")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        var count = 100
        if let setting = invocation.settings.last(Self.limit) {
            guard let number = Int(setting.text), number > 0 else {
                throw CommandError(.usage, lines: [setting.problem("is not a number of keys.")])
            }
            count = number
        }
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let reply = try client.askStarling(["CONFLICTS", "COUNT", String(count)])
        guard let elements = reply.elements else { throw client.misunderstood("STARLING CONFLICTS") }
        let conflicts = elements.compactMap { ConflictReport($0) }
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(JSON.answer([("conflicts", .array(conflicts.map(\.json)))]).text)
            return .success
        }
        for line in Self.lines(conflicts) {
            try invocation.console.print(line)
        }
        return .success
    }

    /// The conflicts for people.
    static func lines(_ conflicts: [ConflictReport]) -> [String] {
        guard !conflicts.isEmpty else { return ["No conflicts."] }
        var table = TextTable(columns: ["KEY", "SIBLINGS", "SEEN", "NOT SEEN"])
        for conflict in conflicts {
            table.add([
                PlainText.escaped(conflict.key), PlainText.grouped(conflict.siblings),
                conflict.seen.map { PlainText.quoted($0) } ?? "(undecided)",
                conflict.unseen.map { PlainText.quoted($0) }.joined(separator: ", "),
            ])
        }
        return table.lines(indent: 0) + ["", "Settle one by writing it: starling set KEY VALUE"]
    }
}
