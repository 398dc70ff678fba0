import Causality
import Leadership

/// One member: its process while it runs, and what its disk keeps.
struct RaftNode {
    /// A write on its way to the disk, with the state it installs if it does.
    struct Pending {
        let write: LogWrite
        let state: StateMachine?
    }

    let peer: PeerID
    /// The clock's rate in thousandths of real time, and what it showed at zero.
    let clockRate: UInt64
    var clockOffset: UInt64
    var incarnation = 0
    /// nil while the process does not run.
    var raft: Raft?
    var isPaused = false
    /// What came while the process was stopped.
    var backlog: [ClusterEvent] = []
    var disk: StoredLog
    var log: StoredLog
    var applied: StateMachine
    /// The last entry that this node knew to be decided, and had on disk, when it was stopped.
    var decided: UInt64 = 0
    var pending: [Pending] = []
    var nextWritten: UInt64 = 0
    var wakeAt: UInt64?
    /// States received as snapshots and not yet installed.
    var received: StateMachine?

    init(peer: PeerID, state: StateMachine, clockRate: UInt64, clockOffset: UInt64) {
        self.peer = peer
        self.clockRate = clockRate
        self.clockOffset = clockOffset
        self.disk = StoredLog(base: state)
        self.log = self.disk
        self.applied = state
    }
}
