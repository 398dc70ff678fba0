import Journal
import Replication

extension ReplicaError {
    /// The error in words for a client, its prefix first.
    var replyText: String {
        switch self {
        case .busy: "TRYAGAIN the log has no room at the moment"
        case .notAnInteger: "ERR value is not an integer or out of range"
        case .outOfRange: "ERR increment or decrement would overflow"
        case .tooLarge("batch", let length, let limit): "ERR a batch of \(length) is over the limit of \(limit)"
        case .tooLarge(let what, let length, let limit): "ERR \(what) is \(length) bytes, the limit is \(limit)"
        case .tooManySiblings(let limit):
            "ERR the key has \(limit) siblings, more cannot be kept; settle them with SET"
        case .faultsNotAllowed: "ERR faults are not allowed here; start the node with --allow-faults"
        case .backup(.syncing): "TRYAGAIN the log is being synced"
        case .backup(.unknown): "ERR no such backup is being made; one that nobody reads on is given up after a minute"
        case .backup(.tooMany(let limit)), .backup(.cut(.tooMany(let limit))):
            "TRYAGAIN \(limit) backups are being made, as many as may be at once"
        case .backup(.cut(.overrun(let limit))):
            "TRYAGAIN more than \(limit) records were replaced before the backup had read them; try a quieter time"
        case .backup(.cut(.ahead)):
            "TRYAGAIN this node has not seen all that the earlier backup holds; wait for its peers, or make a full one"
        case .backup(.cut(.closed)): "ERR the backup is closed"
        case .backup(.cut(.journal(let error))): "MISCONF \(error.description)"
        case .scan: "TRYAGAIN the scan cannot go on; begin it again"
        case .belowFloor(let free, let minimum):
            "MISCONF \(free) bytes are free on the disk, fewer than the \(minimum) that writes must leave; delete "
                + "something or make room, and writing resumes"
        case .cannotForget(let reason): "ERR nothing was forgotten: \(reason)"
        case .leadership(let refusal): refusal.replyText
        case .journal(let error): "MISCONF \(error.description)"
        }
    }
}
