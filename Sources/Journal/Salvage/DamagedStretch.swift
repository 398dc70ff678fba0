/// Bytes of a file that are not what was written, or that the system does not give.
package struct DamagedStretch: Hashable, Sendable {
    /// Where they begin in the file.
    package var offset: UInt64
    /// How many they are; 0 where it is not known.
    package var byteCount: UInt64
    /// What is wrong with them, in words.
    package var what: String

    package init(offset: UInt64, byteCount: UInt64, what: String) {
        self.offset = offset
        self.byteCount = byteCount
        self.what = what
    }
}
