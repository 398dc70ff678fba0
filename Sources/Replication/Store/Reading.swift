/// What a read found.
package struct Reading: Hashable, Sendable {
    /// How the key looks to readers.
    package enum Outcome: Hashable, Sendable {
        case missing
        case found
        /// The key's resolver leaves the choice among this many siblings to the reader.
        case undecided(siblings: Int)
    }

    package var outcome: Outcome
    /// When readers stop seeing the value, in milliseconds since 1970; nil for never.
    package var expiry: UInt64?
    /// What was read is durable once the log is synced up to here; 0 if nothing was read. Replies MUST
    /// be held until then, so that no reader sees a value that a crash could take back.
    package var heldUntil: UInt64

    package init(_ outcome: Outcome, expiry: UInt64? = nil, heldUntil: UInt64 = 0) {
        self.outcome = outcome
        self.expiry = expiry
        self.heldUntil = heldUntil
    }

    package var isFound: Bool {
        self.outcome == .found
    }
}
