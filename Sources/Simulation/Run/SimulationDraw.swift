import AntiEntropy
import Journal
import Leadership
import Platform
import Replication

/// What a seed makes of a cluster: its size, its limits, what is on and how hard.
package struct SimulationDraw: Sendable {
    /// How the cluster is made.
    package var settings: ClusterSettings
    /// What its clients do.
    package var load: LoadPlan
    /// What goes wrong.
    package var plan: FaultPlan
    /// Per node by how many milliseconds its wall clock is ahead, and its drift in parts per million.
    package var clocks: [(offset: Int64, drift: Int64)]

    /// Draws everything from the seed and nothing else.
    package init(seed: UInt64, options: SimulationOptions) {
        var random = SimulationRandom(seed: seed).child("draw")
        var settings = ClusterSettings()
        settings.profile = options.profile
        settings.nodeCount = options.profile == .beyond ? 1 + random.below(5) : 3 + random.below(3)
        if let count = options.selection.nodes { settings.nodeCount = count }
        settings.topology = ClusterTopology.allCases[random.below(ClusterTopology.allCases.count)]
        switch random.below(6) {
        case 0: settings.durability = .never
        case 1: settings.durability = .interval(.milliseconds(20 + random.below(UInt64(500))))
        default: settings.durability = .always
        }
        // Alone, a node that does not sync has nothing that ever comes to rest.
        if settings.nodeCount == 1 { settings.durability = .always }
        settings.secret = random.chance(0.3) ? Array("secret".utf8) : nil
        let tiny = SimulationDraw.drawTininess(options, &random)
        settings.segmentLength = [4096, 4096, 8192, 32768 / min(tiny, 4)][random.below(4)] * min(tiny, 4)
        settings.limits.readLength = [64 * tiny, 1000, 65536][random.below(3)]
        settings.limits.recordsLength = [tiny > 1 ? 200 * tiny : 1, 200 * tiny, 4000, 262_144][random.below(4)]
        settings.naming = ClusterNaming.allCases[random.below(ClusterNaming.allCases.count)]
        settings.mixesVersions = random.chance(0.2)
        settings.limits.linkOutputLength = [1000 * tiny, 1_048_576][random.below(2)]
        settings.limits.outputLength = [500, 4 * 1024 * 1024][random.below(2)]
        SimulationDraw.drawNetwork(&settings, tiny: tiny, &random)
        SimulationDraw.drawStorage(&settings, &random)
        SimulationDraw.drawLimits(&settings, tiny: tiny, &random)
        SimulationDraw.drawCompaction(&settings, random.child("compaction"))
        SimulationDraw.drawBudgets(&settings, random.child("budgets"))
        self.settings = settings
        self.load = LoadPlan(&random, requests: options.requests, over: options.duration)
        let isBeyond = options.profile == .beyond
        self.plan = random.chance(0.1) ? .none : FaultPlan(&random, isBeyondRepair: isBeyond)
        // A minute of nothing but restarts shows no more than ten seconds of it: most long runs are calmer.
        if options.duration > .seconds(10), random.chance(0.75) { self.plan.pause = self.plan.pause.stretched(by: 4) }
        self.load.only = options.selection.requests
        self.plan.only = options.selection.faults
        self.clocks = (0..<settings.nodeCount).map { _ in
            guard random.chance(0.5) else { return (0, 0) }
            return (Int64(random.below(7_200_000)) - 3_600_000, Int64(random.below(2000)) - 1000)
        }
        if options.profile == .leader { self.lead(&random) }
    }

    /// Makes it a cluster in leader mode.
    private mutating func lead(_ random: inout SimulationRandom) {
        self.settings.isLed = true
        self.settings.topology = .mesh
        self.settings.mixesVersions = false
        self.settings.durability = .always
        self.settings.acknowledgement = random.chance(0.2) ? .synchronous : .majority
        self.settings.network.latency.maximum = min(self.settings.network.latency.maximum, .milliseconds(20))
        self.load.kinds = [.leader]
        let whole: [ClusterFault] = [
            .crash, .panic, .kill, .stop, .pause, .longPause, .cut, .oneWayCut, .isolation, .partition, .swizzle, .clog,
            .slowLink, .slowDisk, .stuckDisk, .failedRead, .clockForward, .clockBack, .clockDrift,
        ]
        self.plan.kinds = self.plan.kinds.filter { whole.contains($0) }
    }

    /// By how much the smallest limits are larger than they could be. A long run with tiny limits finds
    /// little that many short ones do not, in many times the time: most have larger ones.
    private static func drawTininess(_ options: SimulationOptions, _ random: inout SimulationRandom) -> Int {
        random.chance(0.1) ? 1 : max(1, options.requests / 300)
    }

    private static func drawNetwork(
        _ settings: inout ClusterSettings, tiny: Int, _ random: inout SimulationRandom
    ) {
        let slowest = [1, 10, 100][random.below(3)]
        settings.network.latency = DelayRange(
            .microseconds(50), .milliseconds(UInt64(slowest)), slowRate: random.chance(0.3) ? 0.05 : 0.005)
        settings.network.smallChunkRate = [0, 0.05, 0.5][random.below(3)]
        settings.network.maximumChunk = [100, 1500, 16384][random.below(3)]
        settings.network.sendBuffer = [2000 * tiny, 65536][random.below(2)]
        settings.network.receiveBuffer = [2000 * tiny, 65536][random.below(2)]
        settings.network.resetRate = random.chance(0.3) ? 0.01 : 0
        settings.network.datagramLossRate = random.chance(0.5) ? 0.2 : 0
        settings.network.datagramDuplicationRate = random.chance(0.3) ? 0.2 : 0
        settings.network.datagramDelayRate = random.chance(0.3) ? 0.2 : 0
        settings.network.resolutionFailureRate = random.chance(0.3) ? 0.3 : 0
        settings.network.backlog = [2, 128][random.below(2)]
        settings.network.datagramQueue = [2, 256][random.below(2)]
        settings.network.connectTimeout = [.milliseconds(500), .seconds(5)][random.below(2)]
        settings.network.streamTimeout = [.milliseconds(1500), .seconds(4), .seconds(15)][random.below(3)]
    }

    /// Small bounds, now and then, so that what happens at them happens often.
    private static func drawLimits(
        _ settings: inout ClusterSettings, tiny: Int, _ random: inout SimulationRandom
    ) {
        let isSlow = settings.network.latency.maximum >= .milliseconds(100)
        var conversation = settings.limits.conversation
        // Each must leave time for a few round trips, or no conversation ever comes to its end.
        if random.chance(0.3) { conversation.handshake = isSlow ? .seconds(2) : .milliseconds(300) }
        if random.chance(0.3) { conversation.progress = isSlow ? .seconds(3) : .milliseconds(600) }
        if random.chance(0.3) { conversation.linger = .milliseconds(1 + random.below(UInt64(200))) }
        if random.chance(0.2) { conversation.parting = .milliseconds(50) }
        if random.chance(0.2) { conversation.duration = .milliseconds(500) }
        if random.chance(tiny > 1 ? 0.05 : 0.2) { conversation.rounds = 1 + random.below(UInt64(3)) }
        if random.chance(0.2) {
            conversation.window = (400 + random.below(4000)) * tiny
            conversation.batch = conversation.window / 4
        }
        settings.limits.conversation = conversation
        if random.chance(0.2) { settings.limits.schedule.concurrentTalks = 1 + random.below(2) }
        if random.chance(0.3) { settings.limits.schedule.maximumInterval = .seconds(2) }
        if random.chance(0.3) { settings.limits.schedule.maximumBackoff = .seconds(1) }
        if random.chance(0.15) {
            settings.maximumClients = 1 + random.below(4)
            settings.limits.connections = settings.maximumClients + 2 * settings.nodeCount
        }
        if random.chance(0.3) { settings.limits.waiters = 2 }
        if random.chance(0.3) {
            settings.limits.gathering = [.milliseconds(30), .milliseconds(200), .seconds(3)][random.below(3)]
        }
        if random.chance(0.3) { settings.limits.connectTimeout = .milliseconds(isSlow ? 800 : 200) }
        if random.chance(0.2) { settings.limits.closing = .milliseconds(50) }
    }

    private static func drawStorage(_ settings: inout ClusterSettings, _ random: inout SimulationRandom) {
        let slowest = [1, 5, 40][random.below(3)]
        settings.storage.sync = DelayRange(.microseconds(100), .milliseconds(UInt64(slowest)), slowRate: 0.02)
        settings.storage.writeBackRate = random.chance(0.3) ? 0.3 : 0
    }

    private static func drawCompaction(_ settings: inout ClusterSettings, _ child: SimulationRandom) {
        var random = child
        settings.compaction.copyLeast = [50, 500, 65_536][random.below(3)]
        settings.compaction.copyMost = max(settings.compaction.copyLeast, [100, 1_048_576][random.below(2)])
        settings.compaction.writeLength = [100, 262_144][random.below(2)]
        settings.compaction.moves = [1, 5, 2048][random.below(3)]
        settings.snapshots.every = [1000, 10_000, 1 << 26][random.below(3)]
        settings.snapshots.atEnd = [1, 1_048_576][random.below(2)]
        settings.snapshots.keys = [1, 7, 1024][random.below(3)]
    }

    /// Now and then a floor that full disks come below, and a budget that deletes for absent peers exceed.
    private static func drawBudgets(_ settings: inout ClusterSettings, _ child: SimulationRandom) {
        var random = child
        settings.minimumFree = random.chance(0.3) ? 1 + random.below(UInt64(10_000)) : 0
        settings.lagBudget = random.chance(0.3) ? 1 + random.below(UInt64(3_000)) : 0
    }

    /// The cluster in words.
    package var words: String {
        let durability =
            switch self.settings.durability {
            case .always: "always"
            case .interval(let delay): "every \(delay.wholeMilliseconds) ms"
            case .never: "never"
            }
        let load = self.load.kinds.map(\.rawValue).joined(separator: " ")
        return "\(self.settings.nodeCount) nodes, \(self.settings.topology.rawValue), durability \(durability), load "
            + load
    }
}
