import Platform
import Simulation

/// What has come of the seeds so far.
struct SimTally {
    /// Seeds that were run.
    private(set) var run: UInt64 = 0
    /// Seeds that violated an invariant.
    private(set) var failed: UInt64 = 0
    private var simulated: UInt64 = 0
    /// How many there will be; nil if that is a matter of time.
    let total: UInt64?
    /// How long it will take; nil if it is a matter of seeds.
    let time: Delay?

    init(total: UInt64?, time: Delay?) {
        self.total = total
        self.time = time
    }

    mutating func add(_ result: SimulationResult) {
        self.run += 1
        self.simulated += result.simulatedTime.nanoseconds
        if result.violation != nil { self.failed += 1 }
    }

    /// `1 000 seeds, 0 failed, in 39.2 s: 1527 a minute, 80 times real time`.
    func summary(after elapsed: Delay) -> String {
        "\(PlainText.counted(self.run, "seed")), \(self.failed) failed, in "
            + "\(PlainText.time(nanoseconds: elapsed.nanoseconds)): \(self.rates(elapsed))"
    }

    /// `412 of 1 000 seeds, 0 failed, 1527 a minute, 80 times real time, 16.1 s, 23.1 s to go`.
    func progress(after elapsed: Delay) -> String {
        let total = self.total.map { " of " + PlainText.grouped($0) } ?? ""
        let rest = self.remaining(after: elapsed).map { ", \(PlainText.time(nanoseconds: $0.nanoseconds)) to go" }
        return "\(PlainText.grouped(self.run))\(total) seeds, \(self.failed) failed, \(self.rates(elapsed)), "
            + "\(PlainText.time(nanoseconds: elapsed.nanoseconds))\(rest ?? "")"
    }

    /// The same for programs.
    func json(after elapsed: Delay) -> [(name: String, value: JSON)] {
        [
            ("seeds", .unsigned(self.run)), ("failed", .unsigned(self.failed)),
            ("elapsed_ms", .unsigned(elapsed.wholeMilliseconds)),
            ("seeds_per_minute", .unsigned(self.perMinute(elapsed))),
            ("times_real_time", .unsigned(self.speed(elapsed))),
        ]
    }

    private func rates(_ elapsed: Delay) -> String {
        "\(self.perMinute(elapsed)) a minute, \(self.speed(elapsed)) times real time"
    }

    private func perMinute(_ elapsed: Delay) -> UInt64 { self.run * 60_000 / max(1, elapsed.wholeMilliseconds) }

    private func speed(_ elapsed: Delay) -> UInt64 { self.simulated / max(1, elapsed.nanoseconds) }

    /// Known from the clock, or guessed from the pace.
    private func remaining(after elapsed: Delay) -> Delay? {
        if let time = self.time {
            return time > elapsed ? Delay(nanoseconds: time.nanoseconds - elapsed.nanoseconds) : nil
        }
        guard let total = self.total, self.run > 0, total > self.run else { return nil }
        let each = Double(elapsed.wholeMilliseconds) / Double(self.run)
        let milliseconds = each * Double(total - self.run)
        return milliseconds < 1e12 ? .milliseconds(UInt64(milliseconds)) : nil
    }
}
