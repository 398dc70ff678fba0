/// A generator for each request, or each fault, of a run: what one draws depends on its ordinal number
/// alone, so that leaving one out leaves all others as they were. That is what makes a run shrinkable.
package struct OrdinalDraws: Sendable {
    private let root: SimulationRandom
    private let only: OrdinalSet?
    /// The number of the present one, from 1.
    package private(set) var ordinal = 0

    /// Generators that follow from `random`'s seed.
    ///
    /// - Parameter only: the numbers that take place; nil for all.
    package init(_ random: SimulationRandom, only: OrdinalSet?) {
        self.root = random
        self.only = only
    }

    /// Whether the present one takes place, or is left out.
    package var isOn: Bool { self.only?.contains(self.ordinal) ?? true }

    /// Goes on to the next, and returns its generator.
    package mutating func next() -> SimulationRandom {
        self.ordinal += 1
        return self.root.child(self.ordinal)
    }
}
