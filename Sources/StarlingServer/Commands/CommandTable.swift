/// Every command, in the order of ``Command/index``.
enum CommandTable {
    static let rows =
        StringCommand.rows + KeyCommand.rows + ConnectionCommand.rows + ServerCommand.rows
        + TransactionCommand.rows
    /// The rows' arities, apart because every request looks at one.
    static let arities = CommandTable.rows.map(\.arity)
    static let keyStart = StringCommand.allCases.count
    static let connectionStart = CommandTable.keyStart + KeyCommand.allCases.count
    static let serverStart = CommandTable.connectionStart + ConnectionCommand.allCases.count
    static let transactionStart = CommandTable.serverStart + ServerCommand.allCases.count
}
