package import Platform

/// How long and how hard one seed is run. The same seed with other options is another run.
package struct SimulationOptions: Sendable {
    /// Simulated time in which anything may fail.
    package var duration: Delay
    /// Requests that clients make meanwhile.
    package var requests: Int
    /// The cluster must be equal this long after everything is mended.
    ///
    /// Ten times what 999 of 1,000 standard seeds need.
    package var healing = Delay.seconds(80)
    /// Within this time after the last write a moment must come at which no node keeps anything it does not need.
    package var resting = Delay.seconds(60)
    /// From one costly check of everything to the next.
    package var checkPause = Delay.seconds(1)
    /// Gets every diagnostic of the nodes.
    package var sink: (@Sendable (String, Instant, TraceRecord) -> Void)?
    /// How many of the last diagnostics the result holds.
    package var traceKept = 0
    /// What of the run takes place.
    package var selection = SimulationSelection()
    /// One more check, done with the costly ones.
    package var objection: (@Sendable (SimulatedCluster) throws(Finding) -> Void)?

    /// The profile these options began as; violations name it.
    package let profile: SimulationProfile

    /// The options of a profile.
    package init(_ profile: SimulationProfile = .standard) {
        self.profile = profile
        switch profile {
        case .short:
            self.duration = .seconds(2)
            self.requests = 60
        case .standard:
            self.duration = .seconds(10)
            self.requests = 300
        case .long:
            self.duration = .seconds(60)
            self.requests = 2000
        case .leader:
            self.duration = .seconds(5)
            self.requests = 200
        case .beyond:
            self.duration = .seconds(3)
            self.requests = 100
        }
    }
}
