/// What is known of a violation after it was looked into.
package struct FailureReport: Sendable {
    /// As it was found.
    package let violation: Violation
    /// The smallest run that violates the same invariant, with its last trace lines. The run as it was
    /// found, if nothing could be left out.
    package let result: SimulationResult
    /// How many runs that took.
    package let runs: Int
    /// Whether nothing more can be left out; otherwise the time was over.
    package let isMinimal: Bool
    /// Whether the violation came again when the run was repeated. If not, a run depends on something
    /// other than its seed, which is a defect of its own.
    package let isReproduced: Bool

    /// The violation that ``result`` has.
    package var shrunk: Violation { self.result.violation ?? self.violation }

    /// The one command that shows the smallest run.
    package var replay: String { self.shrunk.command }
}
