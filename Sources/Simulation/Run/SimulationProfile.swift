/// How long one seed is run, by name. The same seed under another profile is another run.
package enum SimulationProfile: String, Sendable, CaseIterable {
    /// Two simulated seconds of trouble: for tests, several hundred in a minute.
    case short
    /// Ten simulated seconds and some hundred requests.
    case standard
    /// A simulated minute and two thousand requests.
    case long
    /// Disks are damaged without regard for what others hold: writes may be lost, and nothing else may happen
    /// than correct service or a refusal that names the file.
    case beyond
    /// A cluster in leader mode, under faults that leave disks whole: what clients saw must be linearizable.
    case leader

    /// How many of a turn of seeds are of this profile where all profiles take turns: short ones find
    /// most for their time.
    package var share: Int {
        switch self {
        case .short: 6
        case .standard: 3
        case .long: 1
        case .beyond: 3
        // Led clusters have rare findings still; see the README.
        case .leader: 0
        }
    }

    /// One turn of all profiles.
    package static let turn = SimulationProfile.allCases.flatMap { [SimulationProfile](repeating: $0, count: $0.share) }

    /// One sentence for the help of `starling sim`, without its full stop.
    package var summary: String {
        switch self {
        case .short: "2 simulated seconds and 60 requests"
        case .standard: "10 simulated seconds and 300 requests"
        case .long: "60 simulated seconds and 2000 requests"
        case .leader: "5 simulated seconds of leader mode and 200 requests"
        case .beyond: "3 simulated seconds and 100 requests, with disks damaged beyond repair"
        }
    }
}
