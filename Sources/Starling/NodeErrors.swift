import DataModel
import Journal
import Platform
import Replication

extension NodeError {
    init(wrapping error: any Error) {
        switch error {
        case let error as NodeError: self = error
        case let error as ReplicaError: self.init(error)
        case let error as JournalError: self.init(error)
        case let error as SystemCallError: self.init(error)
        default: self.init(code: .system, message: "\(error)", cause: error)
        }
    }

    init(_ error: ChangeFeedError) {
        switch error {
        case .outdated:
            self.init(
                code: .outdated, message: "deletes behind this context are forgotten here, and can be told no more.",
                hint: "Forget what was told so far and begin anew without a context.")
        case .replica(let error): self.init(error)
        case .closed: self.init(code: .closed, message: "the node is closed.")
        }
    }

    init(_ error: ReplicaError) {
        switch error {
        case .busy: self.init(code: .busy, message: "the log has no room at the moment.", hint: "Try again.")
        case .notAnInteger: self.init(code: .notANumber, message: "the value is not a whole number of 64 bits.")
        case .outOfRange: self.init(code: .notANumber, message: "the sum is beyond 64 bits.")
        case .tooLarge(let what, let length, let limit):
            self.init(code: .tooLarge, message: "the \(what) has \(length) bytes; the limit is \(limit).")
        case .tooManySiblings(let limit):
            self.init(
                code: .tooLarge, message: "the key has \(limit) siblings, as many as a key may have.",
                hint: "Write it once without `after:` to settle them.")
        case .faultsNotAllowed:
            self.init(
                code: .configuration, message: "faults are not allowed here.", hint: "Set `allowsFaults` to allow them."
            )
        case .backup(let refusal):
            self.init(code: .busy, message: "a backup is not made: \(refusal).", hint: "Try again.", cause: error)
        case .scan(.tooMany(let limit)):
            self.init(
                code: .busy, message: "\(limit) scans are under way, as many as may be at once.",
                hint: "Read some to their end, or let go of them.")
        case .scan(.overrun(let limit)):
            self.init(
                code: .outdated,
                message: "more than \(limit) entries were replaced before the scan had read them.",
                hint: "Begin again, read faster, or scan smaller ranges.")
        case .scan(.journal(let error)): self.init(error)
        case .scan(.closed), .scan(.ahead):
            self.init(
                code: .outdated, message: "the scan was given up: nobody read on for ten minutes.",
                hint: "Begin again.")
        case .belowFloor(let free, let minimum):
            self.init(
                code: .storageFull,
                message: "\(free) bytes are free on the disk, fewer than the \(minimum) that writes must leave.",
                hint: "Delete something or make room: writing resumes by itself.")
        case .cannotForget(let reason):
            self.init(code: .refused, message: "nothing was forgotten: \(reason).")
        case .leadership(let refusal): self.init(refusal)
        case .journal(let error): self.init(error)
        }
    }

    static let unresolved = NodeError(
        code: .unresolved, message: "this node leads no more, and the write was not acknowledged before.",
        hint: "Read the key: the write may have been applied, or may come back as a sibling.")

    /// - Parameter leader: who leads, if more is known of it than its peer ID.
    init(_ refusal: LeaderModeRefusal, leader: NodeMode.Leader? = nil) {
        switch refusal {
        case .notLeader(let peer):
            let name = leader.map { "\($0.name) at \($0.address)" } ?? "peer \(peer)"
            self.init(
                code: .notLeader, message: "another node leads: \(name).",
                hint: "Write there, or read with `.local` what this node has.")
        case .noLeader:
            self.init(
                code: .notLeader, message: "no leader is known.",
                hint: "Try again: an election takes well under a second, once a majority can be reached.")
        case .notNow: self.init(code: .busy, message: "the mode or the leader is changing.", hint: "Try again.")
        case .limit(let what): self.init(code: .tooLarge, message: "\(what).")
        case .impossible(let what): self.init(code: .refused, message: "\(what).")
        }
    }

    init(_ error: JournalError) {
        switch error {
        case .locked:
            self.init(
                code: .directoryLocked, message: "\(error).",
                hint: "One directory, one process: stop that one or use another directory.", cause: error)
        case .unfinished:
            self.init(
                code: .corruption, message: "\(error).",
                hint: "Remove the directory and restore the backups once more.", cause: error)
        case .otherCluster, .invalidConfiguration:
            self.init(code: .configuration, message: "\(error).", cause: error)
        case .otherFormat:
            self.init(
                code: .unsupported, message: "\(error).", hint: "Open it with the version that wrote it.", cause: error)
        case .missingSegment, .damaged:
            self.init(
                code: .corruption, message: "\(error).",
                hint:
                    "Nothing was changed. A node that is told of peers heals from them when it starts; one alone keeps "
                    + "what is intact with: starling repair DIR", cause: error)
        case .foreignSegment, .tooManyIdentities, .malformed:
            self.init(
                code: .corruption, message: "\(error).",
                hint: "Nothing was changed. With peers, start on an empty directory: they will send everything.",
                cause: error)
        case .storageFull:
            self.init(
                code: .storageFull, message: "\(error).", hint: "Writing resumes by itself when there is room.",
                cause: error)
        case .refused(let call) where call.kind == .noSpace:
            self.init(
                code: .storageFull, message: "\(error).", hint: "Writing resumes by itself when there is room.",
                cause: error)
        case .refused, .storageUnavailable:
            self.init(
                code: .storageFailed, message: "\(error).", hint: "Writing resumes by itself when the disk takes it.",
                cause: error)
        case .failed:
            self.init(
                code: .storageFailed, message: "\(error).", hint: "Mend the disk and restart the node.", cause: error)
        case .unreadable(let call): self.init(call)
        case .busy, .closed, .notAdmitted, .deleteWithValue, .identityInUse:
            self.init(code: .system, message: "\(error).", cause: error)
        case .groupTooLarge, .keyTooLong, .valueTooLong, .tooManySiblings, .contextTooLarge:
            self.init(code: .tooLarge, message: "\(error).", cause: error)
        }
    }

    init(_ error: SystemCallError) {
        switch error.kind {
        case .addressInUse:
            self.init(
                code: .addressInUse, message: "\(error.subject) is in use.",
                hint: "Choose another port, or 0 for any free one.", cause: error)
        case .isLocked: self.init(code: .directoryLocked, message: "\(error).", cause: error)
        case .noSpace: self.init(code: .storageFull, message: "\(error).", cause: error)
        default: self.init(code: .system, message: "\(error).", cause: error)
        }
    }

    static func undecided(_ key: Key, _ count: Int) -> NodeError {
        NodeError(
            code: .undecided, message: "key \"\(key)\" has \(count) siblings and no rule to choose.",
            hint: "Read them with siblings(for:) and settle them with a put after their context.")
    }
}
