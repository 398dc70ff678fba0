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
}
