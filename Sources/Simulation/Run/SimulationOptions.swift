package import Platform

/// How long and how hard one seed is run. The same seed with other options is another run.
package struct SimulationOptions: Sendable {
    /// Simulated time in which anything may fail.
    package var duration = Delay.seconds(10)
    /// Requests that clients make meanwhile.
    package var requests = 300
    /// The cluster must be equal this long after everything is mended.
    package var healing = Delay.seconds(120)
    /// From one costly check of everything to the next.
    package var checkPause = Delay.seconds(1)
    /// Gets every diagnostic of the nodes.
    package var sink: (@Sendable (String, Instant, TraceRecord) -> Void)?

    /// What `starling sim` and the tests use.
    package init() {}
}
