/// The last write that a peer has made and synced; sequence 0 if none. The checksum shows whether two
/// contents bear one dot.
package struct LastOwnRecord: Hashable, Sendable {
    /// Its sequence.
    package var sequence: UInt64
    /// The CRC-32C of the encoded record.
    package var checksum: UInt32

    package init(sequence: UInt64, checksum: UInt32) {
        self.sequence = sequence
        self.checksum = checksum
    }
}
