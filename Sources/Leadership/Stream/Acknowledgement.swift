/// When a write in leader mode is answered with OK.
package enum Acknowledgement: UInt8, Hashable, Sendable, CaseIterable {
    /// It is on the leader's disk. Lost if the leader fails before a follower has it.
    case asynchronous = 0
    /// It is on the leader's and one follower's disk. Lost if both fail, or if another becomes leader.
    case semiSynchronous = 1
    /// It is committed: on the disks of a majority. Not lost while a majority of disks lives.
    case majority = 2
    /// It is committed and on every voter's disk. Not lost while one voter's disk lives.
    case synchronous = 3
}
