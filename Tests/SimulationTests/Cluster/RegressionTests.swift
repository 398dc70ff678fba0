import Simulation
import Testing

/// Seeds that once found a bug, each with its story. What could be told as a scene is one, in the other suites.
struct RegressionTests {
    /// One seed and what it found.
    struct Story: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var profile: SimulationProfile
        var text: String

        var testDescription: String { "seed \(self.seed): \(self.text)" }
    }

    static let stories = [
        Story(
            seed: 26, profile: .standard,
            text: "a record still being written was replaced and not kept for the tail: its dot went out without it"),
        Story(
            seed: 3, profile: .standard,
            text: "the same: the record was written, and its replacement waited for the next sync"),
        Story(
            seed: 42538, profile: .standard,
            text: "a node made from a copy of a live one named that as what it had been, and its neighbours made one "
                + "member of the two: the original was never called again"),
        Story(
            seed: 820_031_771, profile: .short,
            text: "clients took all connections of a node, and its peers were kept out as long as they stayed"),
        Story(
            seed: 820_094_351, profile: .short,
            text: "an address that a twin had held counted as named by a person, and tombstones waited for it"),
        Story(
            seed: 751_563_173_088_488, profile: .short,
            text: "the checker gave a write up that a rolled back node had got back from others and lost again"),
        Story(
            seed: 900_019_933, profile: .short,
            text: "a greeting on its way since before its peer ID had left made a member of it again: one disk counted "
                + "as two holders"),
        Story(
            seed: 820_049_916, profile: .short,
            text: "the checker wanted a write shown that had been declared void"),
        Story(
            seed: 751_563_173_087_658, profile: .short,
            text: "the checker wanted a damaged batch whole before its other holder was heard"),
    ]

    @Test(arguments: RegressionTests.stories)
    func `what was once found stays away`(story: Story) {
        let result = SimulationProgram.run(seed: story.seed, options: SimulationOptions(story.profile))
        #expect(result.violation == nil, "\(result.violation?.description ?? "")")
    }
}
