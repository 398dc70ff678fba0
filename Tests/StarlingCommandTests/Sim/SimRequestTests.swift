import Platform
import Simulation
import Testing

@testable import StarlingCommand

/// What the flags of `starling sim` ask for, and how wrong ones are refused.
struct SimRequestTests {
    private static func request(_ line: String, fresh: UInt64 = 5000) throws(CommandError) -> SimRequest {
        let words = ["sim"] + line.split(separator: " ").map(String.init)
        let parsed = try ArgumentParser.parse(words, commands: [SimCommand.command])
        return try SimRequest(Settings(given: parsed.flags, environment: { _ in nil })) { fresh }
    }

    @Test func `without flags it is the first seed, with all that is known of it`() throws {
        let request = try Self.request("")
        #expect(request.seeds == 1...1)
        #expect(request.isSingle)
        #expect(request.output == .eachSeed)
        #expect(request.profiles == [.standard])
        #expect(request.jobs == 1)
        #expect(request.shrinking == .seconds(30))
        #expect(request.selection == SimulationSelection())
    }

    @Test func `many seeds are told of in sum, or each`() throws {
        #expect(try Self.request("--seeds 1..1000").output == .summary)
        #expect(try Self.request("--seeds 1..1000").seeds == 1...1000)
        #expect(try Self.request("--seeds 1..1000 --verbose").output == .eachSeed)
        #expect(try Self.request("--seeds 7..7").output == .eachSeed)
        #expect(try Self.request("--seeds 1..9 --hashes").output == .hashes)
        #expect(try Self.request("--seeds 0..18446744073709551615").seeds == 0...UInt64.max)
    }

    @Test func `minutes begin with a fresh seed, or with the one given`() throws {
        let fresh = try Self.request("--minutes 5")
        #expect(fresh.seeds == 5000...UInt64.max)
        #expect(fresh.time == .seconds(300))
        #expect(!fresh.isSingle)
        let given = try Self.request("--minutes 0.5 --seed 42 --jobs 2")
        #expect(given.seeds == 42...UInt64.max)
        #expect(given.time == .seconds(30))
        #expect(given.jobs == 2)
    }

    @Test func `a shrunk run is named by its parts`() throws {
        let line = "--seed 42 --profile short --nodes 2 --only-faults 3,17 --only-requests 1..40,55 --shrink 0"
        let request = try Self.request(line)
        #expect(request.selection.arguments == " --nodes 2 --only-faults 3,17 --only-requests 1..40,55")
        #expect(request.profiles == [.short])
        #expect(request.shrinking == .zero)
        #expect(try Self.request("--only-faults none").selection.faults?.count == 0)
    }

    @Test(arguments: [
        ("--seeds 9..1", "starling: --seeds 9..1 is reversed: 1..9 has these seeds."),
        ("--seeds 1-9", "starling: --seeds 1-9 is not a range of seeds, for example 1..1000."),
        ("--seeds 1..", "starling: --seeds 1.. is not a range of seeds, for example 1..1000."),
        ("--seeds 1...9", "starling: --seeds 1...9 is not a range of seeds, for example 1..1000."),
        ("--seeds -1..9", "starling: --seeds -1..9 is not a range of seeds, for example 1..1000."),
        (
            "--seeds 1..99999999999999999999",
            "starling: --seeds 1..99999999999999999999 is not a range of seeds, for example 1..1000."
        ),
        ("--seed -5", "starling: --seed -5 is not a seed: a whole number from 0 to 18446744073709551615."),
        (
            "--seed 18446744073709551616",
            "starling: --seed 18446744073709551616 is not a seed: a whole number from 0 to 18446744073709551615."
        ),
        ("--seed 1 --seeds 1..2", "starling: --seed and --seeds: give one of them."),
        (
            "--seeds 1..2 --minutes 5",
            "starling: --seeds and --minutes: give one of them; --minutes begins at --seed."
        ),
        ("--minutes 0", "starling: --minutes 0 is not a number of minutes from 0.01 to 100000."),
        ("--minutes -1", "starling: --minutes -1 is not a number of minutes from 0.01 to 100000."),
        ("--minutes nan", "starling: --minutes nan is not a number of minutes from 0.01 to 100000."),
        ("--minutes 1e9", "starling: --minutes 1e9 is not a number of minutes from 0.01 to 100000."),
        ("--minutes 200000", "starling: --minutes 200000 is not a number of minutes from 0.01 to 100000."),
        ("--jobs 0", "starling: --jobs 0 is not a whole number from 1 to 64."),
        ("--jobs 65", "starling: --jobs 65 is not a whole number from 1 to 64."),
        ("--shrink 1s", "starling: --shrink 1s is not a whole number from 0 to 86400."),
        ("--nodes 1", "starling: --nodes 1 is not a whole number from 2 to 16."),
        (
            "--only-faults 5,3",
            "starling: --only-faults 5,3 is not a list of ascending numbers, for example 1..40,55 or none."
        ),
        (
            "--only-requests 0",
            "starling: --only-requests 0 is not a list of ascending numbers, for example 1..40,55 or none."
        ),
        (
            "--seeds 1..9 --only-faults 1",
            "starling: --nodes, --only-faults and --only-requests are about one seed: give it with --seed."
        ),
        ("--trace --jobs 2", "starling: --trace and --jobs: the diagnostics of several seeds would be mixed."),
        ("--json --hashes", "starling: --json: it has each seed's hash with --verbose, and no --hashes or --trace."),
        ("--seeds", "starling: --seeds needs a value: --seeds A..B"),
        ("--sed 1", "starling: unknown flag --sed. Did you mean --seed?  (starling sim --help)"),
        ("42", "starling: \"42\" is too much: sim takes no operands.  (starling sim --help)"),
    ])
    func `wrong flags are refused in one sentence`(line: String, message: String) {
        #expect(throws: CommandError(.usage, lines: [message])) { try Self.request(line) }
    }

    @Test func `a profile that does not exist is refused with those that do`() throws {
        let error = #expect(throws: CommandError.self) { try Self.request("--profile shrot") }
        let names = SimulationProfile.allCases.map(\.rawValue).joined(separator: ", ")
        #expect(
            error
                == CommandError(
                    .usage, lines: ["starling: --profile shrot is none of \(names), all. Did you mean short?"]))
        for profile in SimulationProfile.allCases {
            #expect(try Self.request("--profile \(profile.rawValue)").options(for: 3).profile == profile)
            #expect(SimText.profileTable.contains { $0.hasPrefix("  \(profile.rawValue) ") })
        }
    }

    @Test func `all profiles take turns by the seeds' numbers, each with its share`() throws {
        let request = try Self.request("--seeds 1..1000 --profile all")
        let turn = (0..<UInt64(SimulationProfile.turn.count)).map { request.options(for: $0).profile }
        for profile in SimulationProfile.allCases {
            #expect(turn.count { $0 == profile } == profile.share)
            #expect(profile.share > 0 || profile == .leader)
        }
        let next = request.options(for: UInt64(SimulationProfile.turn.count)).profile
        #expect(next == turn[0])
        #expect(request.options(for: .max).selection == SimulationSelection())
        #expect(request.profileName == "all")
    }
}
