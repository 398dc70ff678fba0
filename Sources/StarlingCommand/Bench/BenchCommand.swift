import Platform

/// `starling bench`: how fast a server is that speaks the Redis protocol.
enum BenchCommand {
    static let command = Command(
        name: "bench", group: .program, summary: "measure how fast a server is, starling or any that speaks as Redis",
        flags: BenchFlags.all,
        examples: [
            Command.Example("starling bench", "SET, then GET, by fifty clients"),
            Command.Example("starling bench --pipeline 1,16,64 --bytes 64,1kb", "each combination in turn"),
            Command.Example("starling bench --port 6379 --json", "a Redis server; one line of JSON a measurement"),
        ],
        notes: [
            "It writes: keys named key:000000000000 and so on are made, and stay.",
            "The times are from when a client sends its requests to when the last of their replies is there. On a "
                + "machine that does other things too, only what was measured in turn can be compared.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let request = try BenchRequest(invocation.settings)
        let generator = try LoadGenerator(to: request.address, clients: request.clients, timeout: request.timeout)
        defer { generator.close() }
        var table = TextTable(columns: BenchResult.columns)
        var complaint: [UInt8] = []
        for (number, load) in request.loads.enumerated() {
            let title = "\(load.kind.rawValue) \(number + 1)/\(request.loads.count)"
            var bar = ProgressBar(title, console: invocation.console, isQuiet: request.isJSON)
            let unit = UInt64(load.valueLength + 1)
            let result = try generator.measure(load, seed: request.seed &+ UInt64(number)) { done in
                bar.show(UInt64(done) * unit, of: UInt64(load.requests) * unit)
            }
            bar.clear()
            if complaint.isEmpty { complaint = result.firstError }
            if request.isJSON { try invocation.console.print(result.json.text) } else { table.add(result.cells) }
        }
        if !request.isJSON {
            let clients = PlainText.counted(UInt64(request.clients), "client")
            let requests = PlainText.grouped(UInt64(request.loads[0].requests))
            try invocation.console.print("\(request.address): \(clients), \(requests) requests each time")
            for line in table.lines() { try invocation.console.print(line) }
        }
        guard complaint.isEmpty else {
            invocation.console.complain("starling: the server refused requests: \(PlainText.escaped(complaint))")
            return .no
        }
        return .success
    }
}
