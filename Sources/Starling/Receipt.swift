public import Causality

/// The name of a write just made.
public struct Receipt: Hashable, Sendable {
    /// The write; of a batch the last one.
    public var dot: Dot
    /// The token of this write: given to a later ``Node/put(_:for:expiresAfter:after:acknowledgedBy:)``
    /// of the same key it replaces exactly this.
    public var context: CausalContext {
        CausalContext([self.dot])
    }
}
