/// The prepared files that an earlier process has left, which are worthless to the next.
package struct SpareRemoval: Hashable, Sendable {
    /// How many there were.
    package var removed = 0
    /// Those of them that had been prepared only in part.
    package var unfinished = 0
    /// Those of them that had become a segment, whose name was not durable or not given yet.
    package var unnamed = 0
}
