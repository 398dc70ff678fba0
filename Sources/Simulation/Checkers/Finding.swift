package import Causality

/// What a checker has found to be wrong; the cluster adds seed and time and makes it a ``Violation``.
package struct Finding: Error, Hashable, Sendable {
    /// What should have held.
    package let invariant: Invariant
    /// What was found, in one sentence without its full stop.
    package let text: String
    /// The writes concerned.
    package let dots: [Dot]

    /// Puts a finding together.
    package init(_ invariant: Invariant, _ text: String, _ dots: [Dot] = []) {
        self.invariant = invariant
        self.text = text
        self.dots = dots
    }
}
