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
        case .journal(let error): "MISCONF \(error.description)"
        }
    }
}
