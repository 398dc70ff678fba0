package import DataModel
package import Journal
package import Leadership
import Platform
package import Replication

/// How a simulated cluster is made.
package struct ClusterSettings: Sendable {
    /// The profile that drew these settings, for the text of violations.
    package var profile = SimulationProfile.standard
    /// Nodes, all started at the beginning.
    package var nodeCount = 3
    /// Who knows whom.
    package var topology = ClusterTopology.mesh
    /// By what they know each other.
    package var naming = ClusterNaming.addresses
    /// Every other node speaks a later version of the protocol besides the one that all speak.
    package var mixesVersions = false
    /// When writes are acknowledged, on every node.
    package var durability = Durability.always
    /// What the cluster is called.
    package var cluster = "simulation"
    /// What peers must prove to know; nil for nothing.
    package var secret: [UInt8]?
    /// Who views which keys, on every node.
    package var resolvers = ClusterSettings.resolverTable
    /// Bytes in a segment of the log.
    package var segmentLength = 4096
    /// In what pieces segments are compacted.
    package var compaction = CompactionLimits()
    /// When index snapshots are written.
    package var snapshots = SnapshotLimits()
    /// Bytes that clients' writes leave free on every disk.
    package var minimumFree: UInt64 = 0
    /// Bytes of deletes that are kept for peers that are away.
    package var lagBudget: UInt64 = 0
    /// The bounds of every replica; small ones make rare paths common.
    package var limits = ReplicaLimits()
    /// Whether the cluster is led: then what its records are is checked through its clients alone.
    package var isLed = false
    /// When writes are acknowledged in leader mode.
    package var acknowledgement = Acknowledgement.majority
    /// Clients that a node serves at once; further ones are turned away, so that peers always find room.
    package var maximumClients = Int.max
    /// How the network behaves at first.
    package var network = NetworkConditions()
    /// How every disk behaves at first.
    package var storage = StorageConditions()

    /// Three quick nodes that all know each other, without faults.
    package init() {}

    /// Keys under it are counters, and are only incremented.
    package static let counterPrefix: Key = "count/"

    /// Takes the sibling whose value is longer; the first of equals. Lopsided on purpose: it depends on
    /// the order, which is the same everywhere.
    package static let lopsided = Resolver.acceptRemote(named: "longer") { _, local, remote in
        remote.value.count > local.value.count
    }

    /// Every built-in resolver, and the lopsided one.
    package static let resolvers: [Resolver] = Resolver.builtIn + [ClusterSettings.lopsided]

    /// A table that gives each resolver a prefix.
    package static let resolverTable: ResolverTable = {
        var table = ResolverTable()
        table[prefix: "lww/"] = .lastWriterWins
        table[prefix: "all/"] = .keepAll
        table[prefix: "set/"] = .union
        table[prefix: "odd/"] = ClusterSettings.lopsided
        table[prefix: ClusterSettings.counterPrefix] = .counter
        table[prefix: "cut/"] = .counter
        return table
    }()
}
