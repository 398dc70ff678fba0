package import Journal
package import Platform

/// Why a simulated node did not start.
package enum NodeStartFailure: Error, Hashable, Sendable {
    /// Its log could not be opened.
    case journal(JournalError)
    /// It could not listen.
    case listening(SystemCallError)
}
