package import Causality
package import Platform

/// An invariant that did not hold, with what is needed to see it again.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the world was made from.
    package let seed: UInt64
    /// The profile the seed was run under.
    package let profile: SimulationProfile
    /// Simulated time since the beginning.
    package let time: Delay
    /// What should have held.
    package let invariant: Invariant
    /// What was found, in one sentence.
    package let text: String
    /// The writes concerned.
    package let dots: [Dot]
    /// What of the seed's run took place.
    package internal(set) var selection = SimulationSelection()

    /// Puts a violation together.
    package init(
        seed: UInt64, profile: SimulationProfile, time: Delay, invariant: Invariant, text: String, dots: [Dot]
    ) {
        self.seed = seed
        self.profile = profile
        self.time = time
        self.invariant = invariant
        self.text = text
        self.dots = dots
    }

    /// What replays it.
    package var command: String {
        let profile = self.profile == .standard ? "" : " --profile \(self.profile.rawValue)"
        return "starling sim\(profile) --seed \(self.seed)\(self.selection.arguments)"
    }

    /// One paragraph that ends with the command that replays it.
    package var description: String {
        let names = self.dots.isEmpty ? "" : " [\(self.dots.prefix(8).map(\.description).joined(separator: " "))]"
        return "seed \(self.seed) after \(SimulatedTime.text(self.time)): \(self.invariant.rawValue): "
            + "\(self.text)\(names). Replay: \(self.command)"
    }
}
