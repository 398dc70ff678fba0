/// What `starling sim` does, apart from reading its flags and printing.
package enum SimulationProgram {
    /// Runs one seed.
    package static func run(seed: UInt64, options: SimulationOptions = SimulationOptions()) -> SimulationResult {
        SimulationRun(seed: seed, options: options).run()
    }

    /// Runs seeds in order, and has each result reported; ends early when `report` returns false.
    ///
    /// - Returns: how many seeds were run, and how many of them violated an invariant.
    @discardableResult
    package static func run(
        seeds: ClosedRange<UInt64>, options: SimulationOptions = SimulationOptions(),
        report: (SimulationResult) -> Bool
    ) -> (run: Int, failed: Int) {
        var (run, failed) = (0, 0)
        for seed in seeds {
            let result = SimulationProgram.run(seed: seed, options: options)
            run += 1
            if result.violation != nil { failed += 1 }
            guard report(result) else { break }
        }
        return (run, failed)
    }

    /// Repeats a run that violated an invariant with its diagnostics, and makes it small.
    ///
    /// - Parameters:
    ///   - shrinks: whether it is made small, or only repeated.
    ///   - runsMaximum: how many runs are tried at the most.
    ///   - isOver: asked before every try; true ends them.
    /// - Returns: nil if the result has no violation.
    package static func examine(
        _ result: SimulationResult, options: SimulationOptions, shrinks: Bool = true, runsMaximum: Int = 10_000,
        until isOver: @escaping () -> Bool = { false }
    ) -> FailureReport? {
        guard let violation = result.violation else { return nil }
        var options = options
        options.sink = nil
        options.traceKept = SimulationProgram.traceKept
        let again = SimulationRun(seed: result.seed, options: options).run()
        guard again.violation == violation else {
            return FailureReport(
                violation: violation, result: result, runs: 1, isMinimal: false, isReproduced: false)
        }
        let shrinker = CaseShrinker(
            again, of: violation.invariant, options: options, runsMaximum: runsMaximum, until: isOver)
        if shrinks { shrinker.shrink() }
        return FailureReport(
            violation: violation, result: shrinker.best, runs: shrinker.runs + 1, isMinimal: shrinker.isMinimal,
            isReproduced: true)
    }

    /// Diagnostics that a report of a failure holds.
    private static let traceKept = 40
}
