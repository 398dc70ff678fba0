import Platform

/// How often each command was called, and what came of it.
struct CommandStatistics {
    /// By ``Command/index``.
    private(set) var calls: [UInt64]
    /// Calls that ended in an error, by ``Command/index``.
    private(set) var failed: [UInt64]
    /// Calls refused for their number of arguments, by ``Command/index``.
    private(set) var rejected: [UInt64]
    /// All commands since the start, those of the plaintext protocol too. Never reset.
    private(set) var total: UInt64 = 0
    /// Replies that were errors, by their first word, sorted by it; what is beyond the bound is `other`.
    private(set) var errors: [(prefix: String, count: UInt64)] = []
    private var sampledAt = Instant(nanoseconds: 0)
    private var sampledTotal: UInt64 = 0
    private var rate: UInt64 = 0

    private static let maximumPrefixes = 32

    init() {
        let none = [UInt64](repeating: 0, count: CommandTable.rows.count)
        self.calls = none
        self.failed = none
        self.rejected = none
    }

    mutating func noteCall(_ command: Command) {
        self.calls[command.index] += 1
        self.total += 1
    }

    /// Notes a plaintext or unknown command, which has no row of its own.
    mutating func noteOtherCall() {
        self.total += 1
    }

    /// Notes a call that ended in an error.
    mutating func noteFailure(_ command: Command) {
        self.noteCall(command)
        self.failed[command.index] += 1
    }

    /// Notes a call with a wrong number of arguments.
    mutating func noteRejection(_ command: Command) {
        self.total += 1
        self.rejected[command.index] += 1
    }

    /// Notes an error reply that starts with its prefix.
    mutating func noteError(_ text: String) {
        let prefix = String(text.prefix { $0 != " " })
        let index = self.errors.firstIndex { $0.prefix >= prefix } ?? self.errors.count
        if index < self.errors.count, self.errors[index].prefix == prefix {
            self.errors[index].count += 1
        } else if self.errors.count < Self.maximumPrefixes {
            self.errors.insert((prefix, 1), at: index)
        }
    }

    /// Forgets what `CONFIG RESETSTAT` is to forget.
    mutating func reset() {
        let total = self.total
        self = CommandStatistics()
        self.total = total
        self.sampledTotal = total
    }

    /// Takes a sample of the rate at most once a second.
    mutating func sample(at now: Instant) {
        let elapsed = now.since(self.sampledAt)
        guard elapsed >= .seconds(1) else { return }
        let count = self.total - self.sampledTotal
        self.rate = elapsed > .seconds(10) ? 0 : count * 1_000 / max(1, elapsed.wholeMilliseconds)
        self.sampledAt = now
        self.sampledTotal = self.total
    }

    /// Commands per second, over the last second or so.
    var callsPerSecond: UInt64 {
        self.rate
    }
}
