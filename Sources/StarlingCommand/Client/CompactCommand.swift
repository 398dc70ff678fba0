import Platform

/// `starling compact`: has a node free what its log does not need any more.
enum CompactCommand {
    static let command = Command(
        name: "compact", group: .cluster, summary: "free what a node's log does not need any more, and wait for it",
        flags: GlobalFlags.client,
        examples: [Command.Example("starling compact", "goes through the whole log; the node serves all the while")],
        notes: [
            "A node compacts its log by itself; this makes it look at every segment, however little there is to free."
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    /// Between two looks.
    private static let interval = Delay.milliseconds(20)

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let (_, timeout) = try NodeClient.target(invocation.settings)
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let before = try Self.look(client)
        _ = try client.askStarling(["COMPACT"])
        var last = try Self.look(client)
        var progressed = Clocks.now
        while last.isForced {
            Clocks.pause(Self.interval)
            let next = try Self.look(client)
            if next != last { progressed = Clocks.now }
            last = next
            guard Clocks.now.since(progressed) < timeout else {
                let time = PlainText.time(nanoseconds: timeout.nanoseconds)
                throw CommandError(.tryAgain, "The compaction goes on, but has made no progress for \(time).")
            }
        }
        if !last.failure.isEmpty { throw CommandError(.tryAgain, "The compaction failed: \(last.failure)") }
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(
                JSON.answer([
                    ("log_bytes_before", .unsigned(before.logBytes)), ("log_bytes", .unsigned(last.logBytes)),
                    ("live_bytes", .unsigned(last.liveBytes)), ("segments", .unsigned(last.segments)),
                ]).text)
        } else {
            try invocation.console.print(
                "log \(PlainText.size(before.logBytes)), now \(PlainText.size(last.logBytes)) in "
                    + "\(PlainText.counted(last.segments, "segment")), of which \(PlainText.size(last.liveBytes)) live")
        }
        return .success
    }

    /// What the node says of its log.
    private struct Account: Equatable {
        var logBytes: UInt64
        var liveBytes: UInt64
        var segments: UInt64
        var compactions: UInt64
        var passedBytes: UInt64
        var isForced: Bool
        var failure: String
    }

    private static func look(_ client: NodeClient) throws(CommandError) -> Account {
        guard let fields = ReplyFields(try client.askStarling(["STATUS"])) else {
            throw client.misunderstood("STARLING STATUS")
        }
        return Account(
            logBytes: fields.number("log-bytes") ?? 0, liveBytes: fields.number("live-bytes") ?? 0,
            segments: fields.number("segments") ?? 0, compactions: fields.number("compactions") ?? 0,
            passedBytes: fields.number("compaction-passed-bytes") ?? 0,
            isForced: fields.text("compaction") == "forced", failure: fields.text("compaction-failure"))
    }
}
