import Leadership
import Platform
import TestSupport

/// What a seed's run is made of.
struct ClusterScenario {
    let voters: Int
    let spares: Int
    let lossPercent: Int
    let duplicationPercent: Int
    /// The longest way of a message, in microseconds.
    let slowestMessage: Int
    /// The longest write, in microseconds.
    let slowestWrite: Int
    /// Microseconds between two requests, at most.
    let clientPause: Int
    /// Microseconds between two faults, at most.
    let faultPause: Int
    /// Clocks may jump; nobody relies on them then.
    let hasClockJumps: Bool
    let changesMembers: Bool
    let limits: RaftLimits

    init(_ random: inout SeededGenerator) {
        self.voters = [1, 2, 3, 3, 3, 4, 5, 5][random.below(8)]
        self.changesMembers = random.chance(40)
        self.spares = self.changesMembers ? random.below(3) : 0
        self.lossPercent = random.chance(50) ? 0 : random.below(20)
        self.duplicationPercent = random.chance(50) ? 0 : random.below(20)
        self.slowestMessage = [500, 5_000, 40_000, 150_000][random.below(4)]
        self.slowestWrite = [200, 5_000, 30_000][random.below(3)]
        self.clientPause = [5_000, 20_000, 60_000][random.below(3)]
        self.faultPause = [80_000, 300_000, 1_000_000][random.below(3)]
        self.hasClockJumps = random.chance(20)
        var limits = RaftLimits()
        limits.snapshot = .milliseconds(800)
        limits.messageEntries = [1, 3, 256][random.below(3)]
        limits.windowEntries = [2, 16, 4096][random.below(3)]
        limits.sendsDurableOnly = random.chance(50)
        if self.hasClockJumps { limits.lease = .zero }
        self.limits = limits
    }
}
