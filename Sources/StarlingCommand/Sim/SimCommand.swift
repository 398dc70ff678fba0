import Platform
import Simulation

/// `starling sim`: whole clusters in a simulated world, each replayable from its seed.
enum SimCommand {
    static let command = Command(
        name: "sim", group: .program, summary: "simulate clusters under faults and check every promise",
        flags: [Self.seed, Self.seeds, Self.profile, Self.hashes, Self.trace],
        examples: [
            Command.Example("starling sim --seed 42", "one cluster; the same in every process"),
            Command.Example("starling sim --seeds 1..1000", "a thousand; exit code 1 if a promise was broken"),
            Command.Example("starling sim --seed 42 --trace", "with everything the nodes had to say"),
        ],
        notes: [
            "Each seed draws a cluster, a load and faults: crashes, cuts, lost and full disks, jumping clocks. Then "
                + "all is mended, and the nodes must become equal with nothing lost that was acknowledged."
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let seed = Flag("seed", .required("N"), isSetting: false, help: "the seed to run (default 1)")
    private static let seeds = Flag(
        "seeds", .required("A..B"), isSetting: false, help: "seeds to run, one after another")
    private static let profile = Flag(
        "profile", .required("NAME"), isSetting: false, help: "how long each is run: short, standard (default) or long")
    private static let hashes = Flag(
        "hashes", .switchOnly, isSetting: false, help: "only each seed and the hash of all that happened in it")
    private static let trace = Flag(
        "trace", .switchOnly, isSetting: false, help: "every diagnostic of every node, in simulated seconds")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let seeds = try Self.range(invocation.settings)
        var options = SimulationOptions(try Self.profile(invocation.settings))
        let console = invocation.console
        if try invocation.settings.isOn(Self.trace) {
            options.sink = { node, now, record in try? console.print(Self.line(node, now, record)) }
        }
        let showsHashes = try invocation.settings.isOn(Self.hashes)
        let start = Clocks.now
        var simulated = Delay.zero
        var failure: CommandError?
        let (run, failed) = SimulationProgram.run(seeds: seeds, options: options) { result in
            simulated = simulated + result.simulatedTime
            do throws(CommandError) {
                try console.print(showsHashes ? Self.hash(result) : result.summary)
            } catch {
                failure = error
                return false
            }
            if let violation = result.violation { console.complain("starling: \(violation)") }
            return true
        }
        if let failure { throw failure }
        if !showsHashes, run > 1 {
            let elapsed = Clocks.now.since(start)
            let perMinute = UInt64(run) * 60_000 / max(1, elapsed.wholeMilliseconds)
            try console.print(
                "\(PlainText.counted(UInt64(run), "seed")), \(failed) failed, in "
                    + "\(PlainText.time(nanoseconds: elapsed.nanoseconds)): \(perMinute) a minute, "
                    + "\(simulated.nanoseconds / max(1, elapsed.nanoseconds)) times real time")
        }
        return failed == 0 ? .success : .no
    }

    private static func range(_ settings: Settings) throws(CommandError) -> ClosedRange<UInt64> {
        if let setting = settings.last(Self.seeds) {
            let parts = setting.text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]), let last = UInt64(parts[2]),
                first <= last
            else { throw CommandError(.usage, setting.problem("is not a range of seeds, for example 1..1000.")) }
            return first...last
        }
        guard let setting = settings.last(Self.seed) else { return 1...1 }
        guard let seed = UInt64(setting.text) else { throw CommandError(.usage, setting.problem("is not a seed.")) }
        return seed...seed
    }

    private static func profile(_ settings: Settings) throws(CommandError) -> SimulationProfile {
        guard let setting = settings.last(Self.profile) else { return .standard }
        guard let profile = SimulationProfile(rawValue: setting.text) else {
            throw CommandError(.usage, setting.problem("is none of short, standard and long."))
        }
        return profile
    }

    private static func hash(_ result: SimulationResult) -> String {
        let digits = String(result.traceHash, radix: 16)
        return "\(result.seed) \(String(repeating: "0", count: 16 - digits.count))\(digits)"
    }

    private static func line(_ node: String, _ now: Instant, _ record: TraceRecord) -> String {
        let fields = record.fields.map { " \($0.name)=\(PlainText.escaped($0.value))" }.joined()
        // The simulated clock begins at one second.
        let microseconds = now.since(Instant(nanoseconds: 1_000_000_000)).nanoseconds / 1000
        let time = "\(microseconds / 1_000_000).\(String(1_000_000 + microseconds % 1_000_000).dropFirst())"
        return "\(time) \(node) \(record.level) \(record.event): \(record.message)\(fields)"
    }
}
