/// Some entries of a range in key order: one consistent state.
package struct EntryPage: Sendable {
    /// A key and what readers see of it.
    package struct Entry: Hashable, Sendable {
        package var key: [UInt8]
        /// nil if the key's resolver leaves the choice among its siblings to the reader.
        package var value: [UInt8]?
        /// How many siblings the key has, if that choice is left; else 0.
        package var undecidedSiblings = 0
    }

    package var entries: [Entry] = []
    /// Whether the range ends with this page.
    package var isLast = true
    /// The page may be shown once the log is synced up to here.
    package var heldUntil: UInt64 = 0
}
