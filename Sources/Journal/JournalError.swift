package import ByteCoding
package import Causality
package import Platform

/// Why the journal could not do what it was asked to; each case names the file where there is one.
package enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process has the directory open.
    case locked(file: String)
    /// The system refused a call that opening or reading needs.
    case unreadable(SystemCallError)
    /// A restoration into the directory was begun and has not ended.
    case unfinished(directory: String)
    /// The directory belongs to another cluster.
    case otherCluster(file: String, found: String, expected: String)
    /// A program of another format wrote this.
    case otherFormat(file: String, offset: UInt64, what: String)
    /// A segment was written by a peer that is neither this directory's nor one of its predecessors.
    case foreignSegment(file: String, peer: PeerID)
    /// A segment between others, or before them, is not there.
    case missingSegment(file: String)
    /// Bytes that had been synced are not what was written. `syncedThrough` is the LSN that a later
    /// part of the log proves to have been synced, where one was found.
    case damaged(file: String, offset: UInt64, what: String, syncedThrough: UInt64?)
    /// The configuration asks for what cannot be.
    case invalidConfiguration(String)
    /// There is no room for another segment. Writing resumes when there is.
    case storageFull(SystemCallError)
    /// Preparing another segment failed for another reason. Writing resumes when it succeeds.
    case storageUnavailable(SystemCallError)
    /// The system does not take what is to be written. Writing resumes when it does.
    case refused(SystemCallError)
    /// An earlier write or sync failed; nothing is written any more, reading goes on.
    case failed(SystemCallError)
    /// A storage job is under way; the caller MUST wait for its end first.
    case busy
    /// The journal has been closed.
    case closed
    /// There is no space allocated for this; the caller MUST be admitted with as many bytes first.
    case notAdmitted(byteCount: Int)
    /// More bytes than one group of frames may hold.
    case groupTooLarge(byteCount: Int)
    case keyTooLong(byteCount: Int)
    case valueTooLong(byteCount: Int)
    /// A delete came with a value.
    case deleteWithValue
    /// The write would leave more live siblings than are allowed.
    case tooManySiblings
    /// A context or floor would name more peers or ranges than are allowed.
    case contextTooLarge
    /// The directory has had more identities than its file may list.
    case tooManyIdentities(file: String)
    /// The peer ID is, or was, this directory's own.
    case identityInUse(PeerID)
    /// A record from outside is not one.
    case malformed(DecodingError)

    package var description: String {
        switch self {
        case .locked(let file):
            "\(file): another process has this data directory open"
        case .unreadable(let error):
            "\(error)"
        case .unfinished(let directory):
            "\(directory): restoring into this directory was begun and has not ended; it holds only a part"
        case .otherCluster(let file, let found, let expected):
            "\(file): this data directory belongs to cluster \"\(found)\", not \"\(expected)\""
        case .otherFormat(let file, let offset, let what):
            "\(file) at byte \(offset): \(what), written by another version of starling"
        case .foreignSegment(let file, let peer):
            "\(file): written by peer \(peer), which never owned this data directory"
        case .missingSegment(let file):
            "\(file): this segment of the log is missing"
        case .damaged(let file, let offset, let what, let syncedThrough):
            "\(file) at byte \(offset): \(what)"
                + (syncedThrough.map { "; the log was synced up to position \($0)" } ?? "")
        case .invalidConfiguration(let what):
            what
        case .storageFull(let error):
            "no room for another segment of the log: \(error)"
        case .storageUnavailable(let error):
            "no new segment of the log could be prepared: \(error)"
        case .refused(let error):
            "writing waits for the disk: \(error)"
        case .failed(let error):
            "read-only since storage failed: \(error)"
        case .busy:
            "a storage job is still under way"
        case .closed:
            "the journal is closed"
        case .notAdmitted(let byteCount):
            "\(byteCount) bytes were not admitted"
        case .groupTooLarge(let byteCount):
            "\(byteCount) bytes are more than can be written together"
        case .keyTooLong(let byteCount):
            "the key has \(byteCount) bytes"
        case .valueTooLong(let byteCount):
            "the value has \(byteCount) bytes"
        case .deleteWithValue:
            "a delete has no value"
        case .tooManySiblings:
            "the key has too many concurrent siblings"
        case .contextTooLarge:
            "the causal context has too many peers or gaps"
        case .tooManyIdentities(let file):
            "\(file): this data directory has had too many identities"
        case .identityInUse(let peer):
            "\(peer) names this log already"
        case .malformed(let error):
            "not a record: \(error)"
        }
    }

    /// Runs system calls, turning their refusals into ``unreadable(_:)``.
    static func unlessRefused<Success>(
        _ body: () throws(SystemCallError) -> Success
    ) throws(JournalError) -> Success {
        do throws(SystemCallError) {
            return try body()
        } catch {
            throw .unreadable(error)
        }
    }
}
