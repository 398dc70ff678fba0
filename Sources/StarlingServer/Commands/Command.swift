import RESP

/// A command of the Redis protocol that this server knows.
enum Command {
    case string(StringCommand)
    case key(KeyCommand)
    case connection(ConnectionCommand)
    case server(ServerCommand)
    case transaction(TransactionCommand)

    /// The command with this name; nil for one that is not known.
    init?(_ name: RESPToken) {
        if let command = StringCommand(name) {
            self = .string(command)
        } else if let command = KeyCommand(name) {
            self = .key(command)
        } else if let command = ConnectionCommand(name) {
            self = .connection(command)
        } else if let command = ServerCommand(name) {
            self = .server(command)
        } else if let command = TransactionCommand(name) {
            self = .transaction(command)
        } else {
            return nil
        }
    }

    /// Its place in ``CommandTable/rows``.
    var index: Int {
        switch self {
        case .string(let command): command.rawValue
        case .key(let command): CommandTable.keyStart + command.rawValue
        case .connection(let command): CommandTable.connectionStart + command.rawValue
        case .server(let command): CommandTable.serverStart + command.rawValue
        case .transaction(let command): CommandTable.transactionStart + command.rawValue
        }
    }

    var row: CommandRow {
        CommandTable.rows[self.index]
    }

    /// Whether that many arguments, the name included, are what the command takes.
    func accepts(argumentCount: Int) -> Bool {
        let arity = CommandTable.arities[self.index]
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity
    }
}
