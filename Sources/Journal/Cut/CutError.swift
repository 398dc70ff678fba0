/// Why a synced state cannot be read, or not any more.
package enum CutError: Error, Hashable, Sendable {
    /// As many cuts are open as may be.
    case tooMany(limit: Int)
    /// So much was replaced while it was read that it could not be kept any longer.
    case overrun(limit: Int)
    /// It has been closed.
    case closed
    /// The context that it should be read from names writes that this node has not synced.
    case ahead
    /// A record could not be read.
    case journal(JournalError)
}
