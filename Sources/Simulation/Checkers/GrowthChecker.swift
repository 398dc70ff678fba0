import Causality
import Journal
package import Replication

/// Positions in a node's log and sequences of its identity only grow, within one process.
package struct GrowthChecker {
    private var peer: PeerID?
    private var appended: UInt64 = 0
    private var written: UInt64 = 0
    private var synced: UInt64 = 0
    private var sequence: UInt64 = 0
    private var syncedSequence: UInt64 = 0

    /// A checker that has seen nothing yet.
    package init() {}

    /// Begins anew with a new process.
    package mutating func restart() {
        self = GrowthChecker()
    }

    /// Called after every turn. O(1).
    ///
    /// - Throws: a finding about what has gone back.
    package mutating func check(_ replica: Replica, node: String) throws(Finding) {
        let journal = replica.journal
        guard journal.syncedLSN <= journal.writtenLSN, journal.writtenLSN <= journal.appendedLSN else {
            throw Finding(.growth, "\(node) claims to have synced or written more than it has appended")
        }
        guard journal.appendedLSN >= self.appended, journal.writtenLSN >= self.written,
            journal.syncedLSN >= self.synced
        else { throw Finding(.growth, "a position in the log of \(node) has gone back") }
        if journal.identity.peer == self.peer {
            guard journal.ownSequence >= self.sequence, journal.syncedOwn.sequence >= self.syncedSequence else {
                throw Finding(.growth, "the sequence of \(node) has gone back")
            }
        }
        self.peer = journal.identity.peer
        self.appended = journal.appendedLSN
        self.written = journal.writtenLSN
        self.synced = journal.syncedLSN
        self.sequence = journal.ownSequence
        self.syncedSequence = journal.syncedOwn.sequence
    }
}
