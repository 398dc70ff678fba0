/// What a command asks of leader mode.
enum CommandAccess: Hashable {
    /// Nothing: it is about this node or this connection.
    case none
    /// It tells what is stored.
    case read
    /// It writes, whatever is stored.
    case write
    /// What it writes or answers depends on what is stored.
    case readAndWrite
}

extension Command {
    /// What it asks of leader mode. The commands around transactions and `STARLING` ask for themselves.
    ///
    /// - Parameter argumentCount: The number of arguments, the name included.
    func access(argumentCount: Int) -> CommandAccess {
        switch self {
        case .string(let command):
            switch command {
            case .get, .getMany, .length, .getRange: .read
            case .set: argumentCount == 3 ? .write : .readAndWrite
            case .setMany, .setWithSeconds, .setWithMilliseconds: .write
            case .setIfAbsent, .getAndSet, .getAndDelete, .getAndExpire, .setManyIfAbsent, .append, .setRange,
                .increment, .decrement, .incrementBy, .decrementBy:
                .readAndWrite
            }
        case .key(let command):
            switch command {
            case .exists, .touch, .type, .keys, .scan, .randomKey, .object, .timeToLive, .timeToLiveMilliseconds,
                .expireTime, .expireTimeMilliseconds:
                .read
            case .delete, .unlink, .expire, .expireMilliseconds, .expireAt, .expireAtMilliseconds, .persist:
                .readAndWrite
            case .wait: .none
            }
        case .server(let command):
            switch command {
            case .databaseSize, .memory: .read
            case .flushAll, .flushDatabase: .readAndWrite
            case .command, .info, .config, .time, .role, .starling: .none
            }
        case .connection, .transaction: .none
        }
    }
}
