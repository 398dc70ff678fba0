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
    case cut
    case oneWayCut
    case isolation
    case clog
    case slowDisk
    case stuckDisk
    case fullDisk
    case failedSync
    case failedWrite
    case failedRead
    case clockJump
    case wipe
    case rollback
    /// The directory is replaced by a copy of another node's, as an operator does to seed a new node.
    case clone
}
