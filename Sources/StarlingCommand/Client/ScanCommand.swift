import RESP

/// `starling scan`: the keys, in order, with their values if asked for.
enum ScanCommand {
    static let command = Command(
        name: "scan", group: .data, summary: "list keys in order", operands: "[PREFIX]", operandCount: 0...1,
        flags: GlobalFlags.client + [Self.limit, Self.values, Self.reverse],
        examples: [
            Command.Example("starling scan user: --limit 10", "the first ten keys that begin with user:"),
            Command.Example("starling scan user: --values --json", "with their values, for a script"),
        ],
        notes: ["One key to a line, control characters escaped; with --values a tab and the value follow."],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let limit = Flag(
        "limit", .required("N"), isSetting: false, help: "at most so many keys (default 100; 0 for all)")
    private static let values = Flag("values", .switchOnly, isSetting: false, help: "show the values too")
    private static let reverse = Flag("reverse", .switchOnly, isSetting: false, help: "the last keys first")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let settings = invocation.settings
        var limit = 100
        if let setting = settings.last(Self.limit) {
            guard let number = Int(setting.text), number >= 0 else {
                throw CommandError(.usage, lines: [setting.problem("is not a number of keys.")])
            }
            limit = number == 0 ? .max : number
        }
        let client = try NodeClient(settings)
        defer { client.connection.close() }
        let isReversed = try settings.isOn(Self.reverse)
        let prefix = invocation.operands.first ?? ""
        let found = try prefix.isEmpty ? Self.allKeys(client) : Self.keys(client, prefix: prefix)
        let keys = Array(isReversed ? found.suffix(limit).reversed() : Array(found.prefix(limit)))
        let values = try settings.isOn(Self.values) ? Self.values(client, keys) : nil
        try Self.show(keys, values, invocation)
        return .success
    }

    /// The keys with the prefix in order. The server looks at no other keys for it.
    private static func keys(_ client: NodeClient, prefix: String) throws(CommandError) -> [[UInt8]] {
        guard let elements = try client.ask(["KEYS", GlobText.literal(prefix) + "*"]).elements else {
            throw client.misunderstood("KEYS")
        }
        return elements.compactMap(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// All keys in order, each once: fetched in portions, so that the server is not kept from others for long.
    private static func allKeys(_ client: NodeClient) throws(CommandError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        var cursor = "0"
        repeat {
            let reply = try client.ask(["SCAN", cursor, "COUNT", "1000"])
            guard let parts = reply.elements, parts.count == 2, let next = parts[0].text, let found = parts[1].elements
            else { throw client.misunderstood("SCAN") }
            keys += found.compactMap(\.bytes)
            cursor = next
        } while cursor != "0"
        keys.sort { $0.lexicographicallyPrecedes($1) }
        return keys.indices.filter { $0 == 0 || keys[$0] != keys[$0 - 1] }.map { keys[$0] }
    }

    /// The values of the keys; nil for one that is gone meanwhile, or undecided.
    private static func values(_ client: NodeClient, _ keys: [[UInt8]]) throws(CommandError) -> [[UInt8]?] {
        var values: [[UInt8]?] = []
        for start in stride(from: 0, to: keys.count, by: 100) {
            let batch = Array(keys[start..<min(start + 100, keys.count)])
            let reply = try client.ask([Array("MGET".utf8)] + batch)
            guard let elements = reply.elements, elements.count == batch.count else {
                throw client.misunderstood("MGET")
            }
            values += elements.map(\.bytes)
        }
        return values
    }

    private static func show(_ keys: [[UInt8]], _ values: [[UInt8]?]?, _ invocation: Invocation) throws(CommandError) {
        if try invocation.settings.isOn(GlobalFlags.json) {
            let entries = keys.indices.map { index -> JSON in
                var members = [JSON.bytes("key", keys[index])]
                if let values {
                    members.append(values[index].map { JSON.bytes("value", $0) } ?? ("value", .null))
                }
                return .object(members)
            }
            try invocation.console.print(JSON.answer([("entries", .array(entries))]).text)
            return
        }
        for index in keys.indices {
            var line = PlainText.escaped(keys[index])
            if let value = values?[index] {
                line += "\t" + PlainText.escaped(value)
            }
            try invocation.console.print(line)
        }
    }
}
