/// How long one seed is run, by name. The same seed under another profile is another run.
package enum SimulationProfile: String, Sendable, CaseIterable {
    /// Two simulated seconds of trouble: for tests, several hundred in a minute.
    case short
    /// Ten simulated seconds and some hundred requests.
    case standard
    /// A simulated minute and two thousand requests.
    case long
}
