import Platform
import RESP

/// What the client commands ask of one node, with a server's refusals turned into the program's errors.
struct NodeClient {
    let connection: NodeConnection

    /// Connects to the node that the flags name.
    init(_ settings: Settings) throws(CommandError) {
        let (address, timeout) = try Self.target(settings)
        self.connection = try NodeConnection(to: address, timeout: timeout)
    }

    init(_ connection: NodeConnection) {
        self.connection = connection
    }

    /// The node and the time limit that the flags name.
    static func target(_ settings: Settings) throws(CommandError) -> (NetworkAddress, Delay) {
        var address = NetworkAddress(host: "127.0.0.1", port: 9000)
        if let setting = settings.last(GlobalFlags.port) {
            guard let port = UInt16(setting.text), port > 0 else {
                throw CommandError(setting.codeIfMalformed, lines: [setting.problem("is not a port. Use 1-65535.")])
            }
            address.port = port
        }
        if let setting = settings.last(GlobalFlags.host) {
            guard let parsed = NetworkAddress(parsing: setting.text, defaultPort: address.port) else {
                throw CommandError(setting.codeIfMalformed, lines: [setting.problem("is not a host.")])
            }
            address = parsed
        }
        return (address, try Self.timeout(settings))
    }

    private static func timeout(_ settings: Settings) throws(CommandError) -> Delay {
        guard let setting = settings.last(GlobalFlags.timeout) else { return .seconds(5) }
        guard let milliseconds = Quantity.milliseconds(setting.text, bareUnit: "s"), 1...86_400_000 ~= milliseconds
        else {
            throw CommandError(
                setting.codeIfMalformed, lines: [setting.problem("is not a time. Use for example 500ms, 5s or 1m.")])
        }
        return .milliseconds(milliseconds)
    }

    /// Sends a request; an error in reply is thrown.
    func ask(_ arguments: [String]) throws(CommandError) -> RESPValue {
        try self.ask(arguments.map { Array($0.utf8) })
    }

    /// Sends a request; an error in reply is thrown.
    func ask(_ arguments: [[UInt8]]) throws(CommandError) -> RESPValue {
        let reply = try self.connection.call(arguments)
        if case .error(let text) = reply {
            throw self.refusal(text)
        }
        return reply
    }

    /// Sends a request of the family that only Starling has.
    func askStarling(_ arguments: [String]) throws(CommandError) -> RESPValue {
        let reply = try self.connection.call(["STARLING"] + arguments)
        if case .error(let text) = reply {
            if text.lowercased().contains("unknown command") {
                throw CommandError(
                    .unreachable,
                    "\(self.connection.address) answered but is not starling (it has no command STARLING). "
                        + "Nodes usually listen from port 9000.")
            }
            throw self.refusal(text)
        }
        return reply
    }

    /// An answer that is of no known form.
    func misunderstood(_ request: String) -> CommandError {
        CommandError(
            .unreachable,
            "\(self.connection.address) answered \(request) in a form this version does not know. "
                + "Do the versions agree?  starling --version, and INFO server on the node")
    }

    private func refusal(_ text: String) -> CommandError {
        CommandError(Self.exitCode(forError: text), "\(self.connection.address): \(PlainText.escaped(text))")
    }

    /// The exit code for an error that a server sent, by its first word.
    static func exitCode(forError text: String) -> ExitCode {
        switch text.prefix(while: { $0 != " " }) {
        case "NOAUTH", "WRONGPASS", "NOPERM", "DENIED": .refused
        case "LOADING", "TRYAGAIN", "BUSY", "CLUSTERDOWN", "OOM": .tryAgain
        case "MISCONF", "READONLY": .inputOutput
        default: .no
        }
    }
}
