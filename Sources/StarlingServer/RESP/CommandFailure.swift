import Replication

/// Why a command has no ordinary reply.
enum CommandFailure: Error {
    /// The log has no room at the moment; the command had no effect and is tried again.
    case busy
    /// An error reply, its prefix first.
    case reply(String)
    /// Another node leads and would do it. The reply for a client that it is not passed on for.
    case elsewhere(String)

    static let syntax = CommandFailure.reply("ERR syntax error")
    static let notAnInteger = CommandFailure.reply("ERR value is not an integer or out of range")

    static func wrongArgumentCount(_ command: String) -> CommandFailure {
        .reply("ERR wrong number of arguments for '\(command)' command")
    }

    static func invalidExpireTime(_ command: String) -> CommandFailure {
        .reply("ERR invalid expire time in '\(command)' command")
    }

    static func unknownSubcommand(_ word: String, of command: String) -> CommandFailure {
        .reply("ERR unknown subcommand '\(word)'. Try \(command) HELP.")
    }

    /// What a key whose resolver leaves the choice to the reader answers.
    static func conflict(_ key: Span<UInt8>, siblings: Int) -> CommandFailure {
        let shown = ShownText.of(key)
        return .reply(
            "CONFLICT \(shown) has \(siblings) siblings; read them with STARLING SIBLINGS \(shown), settle with SET")
    }

    init(_ error: ReplicaError) {
        switch error {
        case .busy: self = .busy
        default: self = .reply(error.replyText)
        }
    }
}
