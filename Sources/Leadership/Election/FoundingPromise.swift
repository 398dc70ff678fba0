package import Causality
package import Platform

/// A member's promise to follow one founder of leader mode, and nobody else for a while.
package struct FoundingPromise: Hashable, Sendable {
    /// The era that is to be founded.
    package let era: UInt64
    /// By whom.
    package let founder: PeerID
    /// Until when nothing is written, and nothing promised to others.
    package let until: Instant

    package init(era: UInt64, founder: PeerID, until: Instant) {
        self.era = era
        self.founder = founder
        self.until = until
    }
}
