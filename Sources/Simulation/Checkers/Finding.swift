package import Causality

/// What a checker has found to be wrong; the cluster adds seed and time and makes it a ``Violation``.
package struct Finding: Error, Hashable, Sendable {
    package let invariant: Invariant
    package let text: String
    package let dots: [Dot]

    package init(_ invariant: Invariant, _ text: String, _ dots: [Dot] = []) {
        self.invariant = invariant
        self.text = text
        self.dots = dots
    }
}
