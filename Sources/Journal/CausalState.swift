import Causality

/// What a replica claims to have seen and to hold, at one position of its log.
struct CausalState {
    var context = CausalContext()
    var floor = VersionVector()
    /// Order-independent sums over all live records.
    var liveHash: (UInt64, UInt64) = (0, 0)
    /// The sequence of this peer's newest own record, and the CRC of its bytes; 0 and 0 if there is none.
    var own: (sequence: UInt64, checksum: UInt32) = (0, 0)
}
