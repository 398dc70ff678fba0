/// What can go wrong in a simulated cluster, by kind.
package enum ClusterFault: String, Sendable, CaseIterable {
    /// The power fails; unsynced bytes are at risk.
    case crash
    /// A panic and a quick restart: as a crash, but peers see resets.
    case panic
    case kill
    /// An orderly stop.
    case stop
    case pause
    /// A pause that outlasts the deadlines of conversations and streams.
    case longPause
    case cut
    case oneWayCut
    case isolation
    /// The nodes fall into two groups that do not reach each other.
    case partition
    /// Some nodes are cut off one by one, and come back one by one in another order.
    case swizzle
    case clog
    /// One direction becomes many times slower than all others.
    case slowLink
    case slowDisk
    case stuckDisk
    case fullDisk
    case failedSync
    case failedWrite
    case failedRead
    case clockForward
    case clockBack
    case clockDrift
    case wipe
    case rollback
    /// The whole machine goes back to an earlier image: nothing in the directory tells.
    case machineRollback
    /// The log alone goes back; the files beside it stay.
    case logRollback
    /// The directory is replaced by a copy of another node's, as an operator does to seed a new node.
    case clone
    /// The directory is replaced by a copy that was taken of it file by file while its node wrote.
    case hotCopy
    /// The image of a running node's machine is started as another node.
    case twin
    /// An operator removes what looks like a lock left behind.
    case lostLock
    case lostIdentity
    case lostSegment
    /// The directory is replaced by one made from backups, which were taken while a node served.
    case restore
    /// A node runs a program that speaks another version of the protocol, for a while.
    case otherVersion
    /// A node is started with another cluster's name.
    case otherCluster
    /// A node dies, an operator has the others forget it, and it comes back.
    case forget
    /// A second process is started on a running node's directory.
    case secondProcess
    /// Bits of the disk flip.
    case bitRot
    /// Sectors of the disk cannot be read any more.
    case rottenSector
    /// What was written to one place of the disk is at another.
    case misdirectedWrite

    /// Whether it harms bytes that had been written well.
    package var isDamage: Bool {
        switch self {
        case .bitRot, .rottenSector, .misdirectedWrite: true
        case .crash, .panic, .kill, .stop, .pause, .longPause, .cut, .oneWayCut, .isolation, .partition, .swizzle,
            .clog, .slowLink, .slowDisk, .stuckDisk, .fullDisk, .failedSync, .failedWrite, .failedRead, .clockForward,
            .clockBack, .clockDrift, .wipe, .rollback, .machineRollback, .logRollback, .clone, .hotCopy, .twin,
            .lostLock, .lostIdentity, .lostSegment, .restore, .otherVersion, .otherCluster, .secondProcess,
            .forget:
            false
        }
    }
}
