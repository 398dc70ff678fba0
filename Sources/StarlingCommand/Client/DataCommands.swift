import Platform
import PosixPlatform
import RESP

/// `starling get`, `set` and `del`.
enum DataCommands {
    static let get = Command(
        name: "get", group: .data, summary: "print a key's value", operands: "KEY", operandCount: 1...1,
        flags: GlobalFlags.client,
        examples: [
            Command.Example("starling get greeting", "its value; exit code 1 if there is none"),
            Command.Example("starling -p 9001 get photo > photo.jpg", "the bytes as they are"),
        ],
        run: { invocation throws(CommandError) in try Self.get(invocation) })

    static let set = Command(
        name: "set", group: .data, summary: "set a key's value", operands: "KEY VALUE|-", operandCount: 2...2,
        flags: GlobalFlags.client + [Self.ttl],
        examples: [
            Command.Example("starling set greeting hello", "write"),
            Command.Example("starling set photo - < photo.jpg", "the value from the standard input"),
            Command.Example("starling set session:7 zen --ttl 10m", "gone after ten minutes, on every node"),
        ],
        run: { invocation throws(CommandError) in try Self.set(invocation) })

    static let delete = Command(
        name: "del", group: .data, summary: "delete keys", operands: "KEY...", operandCount: 1...10_000,
        flags: GlobalFlags.client,
        examples: [Command.Example("starling del greeting", "how many there were; exit code 1 if none")],
        run: { invocation throws(CommandError) in try Self.delete(invocation) })

    private static let ttl = Flag(
        "ttl", .required("TIME"), isSetting: false, help: "let it expire after this long: 30s, 10m, 2h")

    /// The longest value that is taken from the standard input; a node takes no longer one.
    private static let inputLimit = 64 << 20

    private static func get(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let key = Array(invocation.operands[0].utf8)
        let reply = try client.ask([Array("GET".utf8), key])
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        guard let value = reply.bytes else {
            if isJSON {
                try invocation.console.print(JSON.answer([JSON.bytes("key", key), ("value", .null)]).text)
            } else {
                invocation.console.complain("starling: there is no key \(PlainText.quoted(key)).")
            }
            return .no
        }
        if isJSON {
            try invocation.console.print(JSON.answer([JSON.bytes("key", key), JSON.bytes("value", value)]).text)
        } else {
            try invocation.console.write(invocation.console.isTerminal ? value + [0x0A] : value)
        }
        return .success
    }

    private static func set(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        var request = [Array("SET".utf8), Array(invocation.operands[0].utf8)]
        request.append(try Self.value(invocation.operands[1]))
        if let setting = invocation.settings.last(Self.ttl) {
            guard let milliseconds = Quantity.milliseconds(setting.text, bareUnit: "s"), milliseconds > 0 else {
                throw CommandError(
                    .usage, lines: [setting.problem("is not a time. Use for example 30s, 10m or 2h.")])
            }
            request += [Array("PX".utf8), Array(String(milliseconds).utf8)]
        }
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        _ = try client.ask(request)
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        try invocation.console.print(isJSON ? JSON.answer([("ok", .boolean(true))]).text : "OK")
        return .success
    }

    /// The value that an operand stands for.
    private static func value(_ operand: String) throws(CommandError) -> [UInt8] {
        guard operand == "-" else { return Array(operand.utf8) }
        var bytes: [UInt8] = []
        while true {
            do {
                let chunk = try StandardStream.input.read(limit: 1 << 20)
                guard !chunk.isEmpty else { return bytes }
                bytes += chunk
            } catch {
                throw CommandError(.inputOutput, "cannot read the standard input: \(error.reason).")
            }
            guard bytes.count <= Self.inputLimit else {
                throw CommandError(
                    .badData,
                    "the input is longer than \(PlainText.size(UInt64(Self.inputLimit))), too long for a value."
                )
            }
        }
    }

    private static func delete(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let reply = try client.ask(["DEL"] + invocation.operands)
        guard let count = reply.integer else { throw client.misunderstood("DEL") }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        try invocation.console.print(isJSON ? JSON.answer([("deleted", .integer(count))]).text : "\(count)")
        return count > 0 ? .success : .no
    }
}
