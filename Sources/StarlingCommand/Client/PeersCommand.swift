import Glibc
import Platform
import PosixPlatform
import RESP

/// `starling peers`: who belongs to the cluster, as one node sees it, and who does no longer.
enum PeersCommand {
    static let command = Command(
        name: "peers", group: .cluster, summary: "the peers that a node knows; forget those that are gone for good",
        operands: "[forget PEER ...]", operandCount: 0...65, flags: GlobalFlags.client + [Self.yes],
        examples: [
            Command.Example("starling peers", "one to a line: who, where, how far behind, what is kept for it"),
            Command.Example("starling peers forget n3", "n3 is gone for good: deletes wait for it no longer"),
            Command.Example("starling peers forget n3 n4 --yes", "both in one step, without a question"),
        ],
        notes: [
            "MISSING counts the writes known to the node that a peer was not known to hold when it last reported. KEPT "
                + "counts the deletes that the node keeps for it.",
            "PEER is a name, HOST:PORT, or a peer ID. Every other member must answer and agree, or nothing is "
                + "forgotten. A forgotten node that is started again joins as a new one.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let yes = Flag("yes", .switchOnly, isSetting: false, help: "ask nothing")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        guard let verb = invocation.operands.first else { return try Self.list(invocation) }
        guard verb == "forget" else {
            throw CommandError(.usage, "peers lists or forgets; \"\(verb)\" is neither.  (starling peers --help)")
        }
        let names = Array(invocation.operands.dropFirst())
        guard !names.isEmpty else {
            throw CommandError(.usage, "peers forget needs the name of a peer.  (starling peers --help)")
        }
        return try Self.forget(names, invocation)
    }

    private static func list(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        let reply = try client.askStarling(["PEERS"])
        guard let elements = reply.elements else { throw client.misunderstood("STARLING PEERS") }
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(JSON.answer([("peers", reply.json)]).text)
            return .success
        }
        for line in Self.lines(elements.compactMap { NodeReport.Peer($0) }) {
            try invocation.console.print(line)
        }
        return .success
    }

    /// The peers for people.
    static func lines(_ peers: [NodeReport.Peer]) -> [String] {
        guard !peers.isEmpty else { return ["No peers."] }
        var table = TextTable(columns: [
            "NAME", "PEER ID", "ADDRESS", "STATE", "LAST HEARD", "MISSING", "KEPT", "KNOWN BY", "LAST FAILURE",
        ])
        for peer in peers {
            let contact = peer.lastContact.map { PlainText.time(nanoseconds: $0 &* 1_000_000) + " ago" } ?? "never"
            table.add([
                peer.name.isEmpty ? "?" : peer.name, peer.id.isEmpty ? "?" : peer.id, peer.address, peer.state, contact,
                PlainText.grouped(peer.missing), PlainText.grouped(peer.holdsBack), peer.source, peer.lastFailure,
            ])
        }
        return table.lines(indent: 0)
    }

    private static func forget(_ names: [String], _ invocation: Invocation) throws(CommandError) -> ExitCode {
        let (address, timeout) = try NodeClient.target(invocation.settings)
        // The members have a time limit of their own, which the node tells of.
        let client = NodeClient(try NodeConnection(to: address, timeout: max(timeout, .seconds(15))))
        defer { client.connection.close() }
        if try !invocation.settings.isOn(Self.yes) {
            guard try Self.agrees(to: names, invocation.console) else { return .no }
        }
        let reply = try client.askStarling(["FORGET"] + names)
        guard let elements = reply.elements else { throw client.misunderstood("STARLING FORGET") }
        let forgotten = elements.compactMap(\.text)
        if try invocation.settings.isOn(GlobalFlags.json) {
            try invocation.console.print(JSON.answer([("forgotten", .array(forgotten.map { .string($0) }))]).text)
        } else if forgotten.isEmpty {
            try invocation.console.print("forgotten already")
        } else {
            try invocation.console.print("forgotten: \(forgotten.joined(separator: " "))")
        }
        return .success
    }

    /// Asks the person, who must be there to be asked.
    private static func agrees(to names: [String], _ console: Console) throws(CommandError) -> Bool {
        guard ProcessFacts.isTerminal(StandardStream.input.rawValue) else {
            throw CommandError(.usage, "peers forget asks before it does anything; where nobody can answer give --yes.")
        }
        let list = names.map { PlainText.escaped($0) }.joined(separator: ", ")
        try console.write(Array("Forget \(list) for good? A node that comes back joins as a new one. [y/N] ".utf8))
        let answer = (try? StandardStream.input.read(limit: 256)) ?? []
        return answer.first == UInt8(ascii: "y") || answer.first == UInt8(ascii: "Y")
    }
}
