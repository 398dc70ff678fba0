/// The flags of `starling bench`.
enum BenchFlags {
    static let commands = Flag(
        "commands", .required("LIST"), isSetting: false,
        help: "what to measure, of set, get, mixed and ping (default set,get)")
    static let requests = Flag(
        "requests", short: "n", .required("N"), isSetting: false, help: "requests in each measurement (default 100000)")
    static let clients = Flag(
        "clients", short: "c", .required("N"), isSetting: false, help: "connections at a time (default 50)")
    static let pipeline = Flag(
        "pipeline", short: "P", .required("LIST"), isSetting: false,
        help: "requests that a client sends at once, for example 1,16,64 (default 1)")
    static let bytes = Flag(
        "bytes", short: "d", .required("LIST"), isSetting: false,
        help: "bytes in a value, for example 64,1kb (default 64)")
    static let keys = Flag(
        "keys", short: "r", .required("N"), isSetting: false, help: "different keys, drawn at random (default 1000000)")
    static let reads = Flag(
        "reads", .required("PERCENT"), isSetting: false, help: "how many of a hundred mixed requests read (default 90)")
    static let seed = Flag(
        "seed", .required("N"), isSetting: false, help: "another number draws other keys (default 1)")

    static let all =
        [
            Self.commands, Self.requests, Self.clients, Self.pipeline, Self.bytes, Self.keys, Self.reads, Self.seed,
        ] + GlobalFlags.client
}
