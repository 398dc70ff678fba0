import Platform

/// `starling wait`: returns when all nodes hold the same.
enum WaitCommand {
    static let command = Command(
        name: "wait", group: .cluster, summary: "wait until all nodes hold the same",
        flags: GlobalFlags.client + [Self.converged],
        examples: [
            Command.Example("starling wait --converged --timeout 10s", "exit code 75 if they do not within ten seconds")
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let converged = Flag(
        "converged", .switchOnly, isSetting: false,
        help: "until the digests of all nodes are equal (the default)")

    /// Between two looks.
    private static let interval = Delay.milliseconds(20)

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let (address, timeout) = try NodeClient.target(invocation.settings)
        let start = Clocks.now
        let deadline = start + timeout
        let first = NodeClient(try NodeConnection(to: address, timeout: timeout))
        defer { first.connection.close() }
        var others: [(address: NetworkAddress, client: NodeClient)] = []
        defer { for other in others { other.client.connection.close() } }
        while true {
            guard let report = NodeReport(try first.askStarling(["STATUS"])) else {
                throw first.misunderstood("STARLING STATUS")
            }
            for peer in report.peers {
                guard let address = NetworkAddress(parsing: peer.address),
                    !others.contains(where: { $0.address == address })
                else { continue }
                if let connection = try? NodeConnection(to: address, timeout: timeout) {
                    others.append((address, NodeClient(connection)))
                }
            }
            var differing: [String] = []
            var silent: [String] = []
            for peer in report.peers {
                let other = others.first { $0.address.description == peer.address }
                let digest = try? other?.client.askStarling(["DIGEST"]).text
                let name = peer.name.isEmpty ? peer.address : peer.name
                if digest == nil {
                    silent.append(name)
                } else if digest != report.digest {
                    differing.append(name)
                }
            }
            if differing.isEmpty && silent.isEmpty {
                try Self.tell(invocation, nodes: report.peers.count + 1, since: start)
                return .success
            }
            guard Clocks.now < deadline else {
                throw Self.failure(report.name, differing: differing, silent: silent, after: timeout)
            }
            Clocks.pause(Self.interval)
        }
    }

    /// What is told when the time is over.
    static func failure(
        _ name: String, differing: [String], silent: [String], after timeout: Delay
    ) -> CommandError {
        let time = PlainText.time(nanoseconds: timeout.nanoseconds)
        let differ = differing.isEmpty ? nil : "\(differing.joined(separator: ", ")) and \(name) still differ"
        let quiet = silent.isEmpty ? nil : "\(silent.joined(separator: ", ")) cannot be reached"
        return CommandError(.tryAgain, [differ, quiet].compactMap { $0 }.joined(separator: ", ") + " after \(time).")
    }

    private static func tell(_ invocation: Invocation, nodes: Int, since start: Instant) throws(CommandError) {
        let elapsed = Clocks.now.since(start)
        if try invocation.settings.isOn(GlobalFlags.json) {
            let members: [(name: String, value: JSON)] = [
                ("converged", .boolean(true)), ("nodes", .integer(Int64(nodes))),
                ("waited_ms", .unsigned(elapsed.wholeMilliseconds)),
            ]
            try invocation.console.print(JSON.answer(members).text)
        } else {
            let time = PlainText.time(nanoseconds: elapsed.nanoseconds)
            try invocation.console.print("\(PlainText.counted(UInt64(nodes), "node")) equal after \(time)")
        }
    }
}
