import Platform

/// Which faults a simulation has, and how often; drawn from a seed, so that each seed is another mix.
package struct FaultPlan: Sendable {
    /// The faults that are on.
    package var kinds: [ClusterFault]
    /// Time from one fault to the next.
    package var pause: DelayRange
    /// How long what can be undone lasts.
    package var duration: DelayRange
    /// The faults that are done, by their ordinal numbers; nil for all. The others keep their times.
    package var only: OrdinalSet?

    /// Whether disks may be damaged beyond what others can make good; see ``FaultAtlas``.
    package var isBeyondRepair = false

    /// No fault at all.
    package static let none = FaultPlan(kinds: [], pause: DelayRange(.seconds(1), .seconds(1)))

    /// A plan of these faults, at this pace.
    package init(
        kinds: [ClusterFault], pause: DelayRange,
        duration: DelayRange = DelayRange(.milliseconds(5), .seconds(2))
    ) {
        self.kinds = kinds
        self.pause = pause
        self.duration = duration
    }

    /// Draws a plan. Faults that destroy a disk are rarer than others, unless it is them that are looked at.
    package init(_ random: inout SimulationRandom, isBeyondRepair: Bool = false) {
        self.isBeyondRepair = isBeyondRepair
        self.kinds = ClusterFault.allCases.filter { kind in
            switch kind {
            case .wipe, .rollback, .machineRollback, .logRollback, .clone, .hotCopy, .twin, .lostLock, .lostIdentity,
                .lostSegment, .restore, .otherVersion, .otherCluster, .secondProcess, .forget:
                random.chance(0.25)
            case .bitRot, .rottenSector, .misdirectedWrite: random.chance(isBeyondRepair ? 0.8 : 0.15)
            case .crash, .panic, .kill, .stop, .pause, .longPause, .cut, .oneWayCut, .isolation, .partition, .swizzle,
                .clog, .slowLink, .slowDisk, .stuckDisk, .fullDisk, .failedSync, .failedWrite, .failedRead,
                .clockForward, .clockBack, .clockDrift:
                random.chance(0.5)
            }
        }
        // What opens logs at odd moments comes twice as often.
        self.kinds += self.kinds.filter { [.crash, .panic, .kill].contains($0) }
        let longest = [100, 300, 1000, 3000][random.below(4)]
        self.pause = DelayRange(.milliseconds(10), .milliseconds(UInt64(longest)))
        self.duration = DelayRange(.milliseconds(5), .milliseconds([50, 500, 3000][random.below(3)]))
    }
}
