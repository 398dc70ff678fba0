import Platform

/// What one measurement has found.
struct BenchResult: Sendable {
    var load: BenchLoad
    var clients: Int
    var time: Delay
    var latencies: LatencyHistogram
    var errors: UInt64
    /// The first error's text; empty if there was none.
    var firstError: [UInt8]

    /// Requests answered per second.
    var rate: UInt64 {
        UInt64(Double(self.load.requests) / max(1e-9, Double(self.time.nanoseconds) / 1e9))
    }

    /// The columns of ``cells``.
    static let columns = [
        "command", "bytes", "pipeline", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms", "errors",
    ]

    /// The measurement as a row of a table.
    var cells: [String] {
        [
            self.load.kind.rawValue, "\(self.load.valueLength)", "\(self.load.pipeline)",
            PlainText.grouped(self.rate), Self.milliseconds(self.latencies.time(within: 500)),
            Self.milliseconds(self.latencies.time(within: 990)), Self.milliseconds(self.latencies.time(within: 999)),
            Self.milliseconds(self.latencies.longest), "\(self.errors)",
        ]
    }

    /// The measurement for a script.
    var json: JSON {
        .answer([
            ("command", .string(self.load.kind.rawValue)), ("value_bytes", .integer(Int64(self.load.valueLength))),
            ("pipeline", .integer(Int64(self.load.pipeline))), ("clients", .integer(Int64(self.clients))),
            ("keys", .unsigned(self.load.keys)), ("requests", .integer(Int64(self.load.requests))),
            ("seconds", .double(Double(self.time.nanoseconds) / 1e9)), ("requests_per_second", .unsigned(self.rate)),
            ("p50_ns", .unsigned(self.latencies.time(within: 500).nanoseconds)),
            ("p99_ns", .unsigned(self.latencies.time(within: 990).nanoseconds)),
            ("p999_ns", .unsigned(self.latencies.time(within: 999).nanoseconds)),
            ("max_ns", .unsigned(self.latencies.longest.nanoseconds)), ("errors", .unsigned(self.errors)),
        ])
    }

    /// Milliseconds with three decimal places.
    private static func milliseconds(_ time: Delay) -> String {
        let microseconds = (time.nanoseconds + 500) / 1000
        let rest = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
