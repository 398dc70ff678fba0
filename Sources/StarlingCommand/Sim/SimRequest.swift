import Platform
import PosixPlatform
import Simulation

/// What `starling sim` was asked to do.
struct SimRequest: Sendable {
    /// How much is printed of each seed.
    enum Output: Sendable, Equatable {
        /// Failures, progress and a summary.
        case summary
        /// A line for each seed.
        case eachSeed
        /// A line with the hash of each seed, and nothing else.
        case hashes
    }

    /// The first seed and the last; with ``time`` the run ends before the last.
    var seeds: ClosedRange<UInt64>
    /// How long fresh seeds are run; nil for exactly ``seeds``.
    var time: Delay?
    /// The profiles that take turns, the first for seed zero.
    var profiles: [SimulationProfile]
    /// What of the seed's run takes place.
    var selection: SimulationSelection
    var jobs = 1
    /// How long one failure is shrunk; zero for not at all.
    var shrinking = Delay.seconds(30)
    var output = Output.summary
    var isJSON = false
    var showsTrace = false
    var showsCoverage = false

    /// Whether it is about one seed, of which everything is printed.
    var isSingle: Bool { self.time == nil && self.seeds.lowerBound == self.seeds.upperBound }

    /// What stands for every profile in turn, and what asks for their names.
    static let (everyProfile, profileList) = ("all", "list")

    static let jobsLimit = 64
    private static let minutesLimit = 100_000.0
    private static let shrinkLimit: UInt64 = 86_400

    /// Reads the flags.
    ///
    /// - Parameter fresh: the first seed where none is given and fresh ones are wanted.
    init(_ settings: Settings, fresh: () -> UInt64 = SimRequest.drawSeed) throws(CommandError) {
        self.profiles = try Self.profiles(settings)
        self.selection = try Self.selection(settings)
        self.time = try Self.time(settings)
        self.seeds = try Self.seeds(settings, isOpen: self.time != nil, fresh)
        self.jobs = Int(try Self.number(settings, SimFlags.jobs, 1...UInt64(Self.jobsLimit)) ?? 1)
        if let seconds = try Self.number(settings, SimFlags.shrink, 0...Self.shrinkLimit) {
            self.shrinking = .seconds(seconds)
        }
        self.isJSON = try settings.isOn(GlobalFlags.json)
        self.showsTrace = try settings.isOn(SimFlags.trace)
        self.showsCoverage = try settings.isOn(SimFlags.coverage)
        let isVerbose = try settings.isOn(SimFlags.verbose)
        if self.isSingle || isVerbose { self.output = .eachSeed }
        if try settings.isOn(SimFlags.hashes) { self.output = .hashes }
        try self.checkCombinations(settings)
    }

    /// What the profile was called.
    var profileName: String { self.profiles.count == 1 ? self.profiles[0].rawValue : Self.everyProfile }

    /// What a seed is run with: its number says whose turn it is.
    func options(for seed: UInt64) -> SimulationOptions {
        var options = SimulationOptions(self.profiles[Int(seed % UInt64(self.profiles.count))])
        options.selection = self.selection
        return options
    }

    private func checkCombinations(_ settings: Settings) throws(CommandError) {
        if !self.isSingle, !self.selection.arguments.isEmpty {
            throw CommandError(
                .usage, "--nodes, --only-faults and --only-requests are about one seed: give it with --seed.")
        }
        if self.showsTrace, self.jobs > 1 {
            throw CommandError(.usage, "--trace and --jobs: the diagnostics of several seeds would be mixed.")
        }
        if self.isJSON, self.output == .hashes || self.showsTrace {
            throw CommandError(.usage, "--json: it has each seed's hash with --verbose, and no --hashes or --trace.")
        }
    }

    private static func seeds(
        _ settings: Settings, isOpen: Bool, _ fresh: () -> UInt64
    ) throws(CommandError) -> ClosedRange<UInt64> {
        let single = settings.last(SimFlags.seed)
        if let setting = settings.last(SimFlags.seeds) {
            guard single == nil else {
                throw CommandError(.usage, "--seed and --seeds: give one of them.")
            }
            guard !isOpen else {
                throw CommandError(.usage, "--seeds and --minutes: give one of them; --minutes begins at --seed.")
            }
            return try Self.range(setting)
        }
        guard let single else { return isOpen ? fresh()...UInt64.max : 1...1 }
        guard let seed = Self.seed(single.text[...]) else {
            throw CommandError(
                single.codeIfMalformed,
                lines: [single.problem("is not a seed: a whole number from 0 to \(UInt64.max).")])
        }
        return isOpen ? seed...UInt64.max : seed...seed
    }

    private static func range(_ setting: Setting) throws(CommandError) -> ClosedRange<UInt64> {
        let parts = setting.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, let first = Self.seed(parts[0]), let last = Self.seed(parts[2]) else {
            throw CommandError(.usage, lines: [setting.problem("is not a range of seeds, for example 1..1000.")])
        }
        guard first <= last else {
            throw CommandError(.usage, lines: [setting.problem("is reversed: \(last)..\(first) has these seeds.")])
        }
        return first...last
    }

    private static func seed(_ text: Substring) -> UInt64? {
        text.utf8.allSatisfy { (48...57).contains($0) } ? UInt64(text) : nil
    }

    private static func time(_ settings: Settings) throws(CommandError) -> Delay? {
        guard let setting = settings.last(SimFlags.minutes) else { return nil }
        guard setting.text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            let minutes = Double(setting.text), minutes > 0, minutes <= Self.minutesLimit
        else {
            throw CommandError(
                .usage, lines: [setting.problem("is not a number of minutes from 0.01 to \(Int(Self.minutesLimit)).")])
        }
        return .milliseconds(UInt64(max(1, minutes * 60_000)))
    }

    private static func number(
        _ settings: Settings, _ flag: Flag, _ range: ClosedRange<UInt64>
    ) throws(CommandError) -> UInt64? {
        guard let setting = settings.last(flag) else { return nil }
        guard let number = Self.seed(setting.text[...]), range.contains(number) else {
            throw CommandError(
                .usage,
                lines: [setting.problem("is not a whole number from \(range.lowerBound) to \(range.upperBound).")])
        }
        return number
    }

    private static func selection(_ settings: Settings) throws(CommandError) -> SimulationSelection {
        let possible = SimulationSelection.possibleNodes
        let nodes = try Self.number(
            settings, SimFlags.nodes, UInt64(possible.lowerBound)...UInt64(possible.upperBound))
        return SimulationSelection(
            requests: try Self.ordinals(settings, SimFlags.onlyRequests),
            faults: try Self.ordinals(settings, SimFlags.onlyFaults), nodes: nodes.map { Int($0) })
    }

    private static func ordinals(_ settings: Settings, _ flag: Flag) throws(CommandError) -> OrdinalSet? {
        guard let setting = settings.last(flag) else { return nil }
        guard let ordinals = OrdinalSet(parsing: setting.text) else {
            throw CommandError(
                .usage, lines: [setting.problem("is not a list of ascending numbers, for example 1..40,55 or none.")])
        }
        return ordinals
    }

    private static func profiles(_ settings: Settings) throws(CommandError) -> [SimulationProfile] {
        guard let setting = settings.last(SimFlags.profile) else { return [.standard] }
        guard setting.text != Self.everyProfile else { return SimulationProfile.turn }
        guard let profile = SimulationProfile(rawValue: setting.text) else {
            let names = SimulationProfile.allCases.map(\.rawValue) + [Self.everyProfile]
            let hint = Spelling.hint(for: setting.text, among: names)
            throw CommandError(
                .usage, lines: [setting.problem("is none of \(names.joined(separator: ", ")).\(hint)")])
        }
        return [profile]
    }

    /// A first seed that hardly anyone has run before, short enough to be typed.
    private static func drawSeed() -> UInt64 {
        let seed = Clocks.wallNow.milliseconds << 22 ^ UInt64(truncatingIfNeeded: ProcessFacts.processID)
        var random = SimulationRandom(seed: seed)
        return random.below(UInt64(1) << 40) * 1000 + 1
    }
}
