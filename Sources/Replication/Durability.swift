package import Platform

/// When a write is acknowledged, chosen by name.
package enum Durability: Hashable, Sendable {
    /// After it is on disk, by one sync shared by everyone who waits. Survives a power cut.
    case always
    /// At once; a sync follows within the interval. A power cut takes back up to that much.
    case interval(Delay)
    /// At once; the system writes when it likes. A power cut takes back any amount.
    ///
    /// A killed process loses nothing that the system had taken; peers are told only of what is synced.
    case never
}
