import Simulation

/// The flags of `starling sim`.
enum SimFlags {
    static let seed = Flag(
        "seed", .required("N"), isSetting: false, help: "the seed to run (default 1); with --minutes the first")
    static let seeds = Flag(
        "seeds", .required("A..B"), isSetting: false, help: "seeds to run, from A to B, both included")
    static let minutes = Flag(
        "minutes", .required("M"), isSetting: false, help: "fresh seeds for so long, for example 5 or 0.5")
    static let profile = Flag(
        "profile", .required("NAME"), isSetting: false,
        help: "how long and hard each is run, all for turns, list for their names (default standard)")
    static let jobs = Flag(
        "jobs", .required("N"), isSetting: false, help: "seeds run at a time, each on a thread (default 1)")
    static let coverage = Flag(
        "coverage", .switchOnly, isSetting: false, help: "show at the end how often everything came up that should")
    static let shrink = Flag(
        "shrink", .required("SECONDS"), isSetting: false,
        help: "how long to look for a smaller run that fails the same way (default 30, 0 for not at all)")
    static let nodes = Flag(
        "nodes", .required("N"), isSetting: false, help: "nodes instead of as many as the seed draws")
    static let onlyFaults = Flag(
        "only-faults", .required("LIST"), isSetting: false,
        help: "do only these faults of the seed, for example 3,17 or none")
    static let onlyRequests = Flag(
        "only-requests", .required("LIST"), isSetting: false,
        help: "make only these requests of the seed, for example 1..40,55")
    static let hashes = Flag(
        "hashes", .switchOnly, isSetting: false, help: "only each seed and the hash of all that happened in it")
    static let trace = Flag(
        "trace", .switchOnly, isSetting: false, help: "every diagnostic of every node, in simulated seconds")
    static let verbose = Flag("verbose", .switchOnly, isSetting: false, help: "a line for each of many seeds")

    static let all = [
        Self.seed, Self.seeds, Self.minutes, Self.profile, Self.jobs, Self.coverage, Self.shrink, Self.nodes,
        Self.onlyFaults, Self.onlyRequests, Self.hashes, Self.trace, Self.verbose, GlobalFlags.json,
    ]
}
