import Platform
import RESP

/// `starling link`: cuts and heals the link between two nodes, for tests and demonstrations.
enum LinkCommand {
    static let command = Command(
        name: "link", group: .cluster, summary: "cut or heal a node's link to a peer (serve --allow-faults)",
        operands: "cut|heal HOST:PORT|--all", operandCount: 1...2, flags: GlobalFlags.client + [Self.all],
        examples: [
            Command.Example("starling link cut 127.0.0.1:9001", "the node on 9000 and the one on 9001 talk no more"),
            Command.Example("starling -p 9001 link heal --all", "all links of the node on 9001 work again"),
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let all = Flag("all", .switchOnly, isSetting: false, help: "every peer that the node knows")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let verb = invocation.operands[0].uppercased()
        guard verb == "CUT" || verb == "HEAL" else {
            throw CommandError(.usage, "link cuts or heals; \"\(invocation.operands[0])\" is neither.")
        }
        let isAll = try invocation.settings.isOn(Self.all)
        guard isAll != (invocation.operands.count == 2) else {
            throw CommandError(.usage, "link \(verb.lowercased()) needs HOST:PORT or --all.  (starling link --help)")
        }
        let client = try NodeClient(invocation.settings)
        defer { client.connection.close() }
        var addresses = Array(invocation.operands.dropFirst())
        if isAll {
            let peers = try client.askStarling(["PEERS"]).elements ?? []
            addresses = peers.compactMap { NodeReport.Peer($0)?.address }
        }
        for address in addresses {
            guard NetworkAddress(parsing: address) != nil else {
                throw CommandError(.usage, "\"\(address)\" is not HOST:PORT.")
            }
            _ = try client.askStarling(["LINK", verb, address])
        }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        let done = JSON.answer([("links", .array(addresses.map { .string($0) }))]).text
        try invocation.console.print(isJSON ? done : "OK")
        return .success
    }
}
