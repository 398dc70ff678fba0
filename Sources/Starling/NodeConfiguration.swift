public import DataModel
package import Replication

/// Everything a node is told before it is opened. Every setting has a default.
public struct NodeConfiguration: Sendable {
    /// When a write is acknowledged.
    public enum Durability: Hashable, Sendable {
        /// After it is on disk, by one sync shared by everyone who waits. Survives a power cut.
        case everyWrite
        /// At once; a sync follows within so many milliseconds. A power cut takes back up to that much.
        case interval(milliseconds: UInt64)
        /// At once; the system writes when it likes. A power cut takes back any amount.
        case never
    }

    /// When a write is acknowledged in leader mode. What is acknowledged earlier may be lost by less.
    public enum Acknowledgement: Hashable, Sendable, CaseIterable {
        /// On the leader's disk. Lost if the leader fails before a follower has it.
        case asynchronous
        /// On the disks of the leader and one follower. Lost if both fail, or if another becomes leader.
        case semiSynchronous
        /// Decided: on the disks of a majority. Not lost while a majority of the disks lives.
        case majority
        /// Decided, and on the disk of every node with a vote. Not lost while one of the disks lives.
        case synchronous
    }

    /// Where a node looks for peers it was not told of.
    public enum Discovery: Hashable, Sendable {
        case off
        /// By multicast in `group`, `ADDRESS:PORT`, on one interface (by name or address) or on all.
        case multicast(group: String = NodeConfiguration.defaultGroup, interface: String? = nil)
    }

    /// The group for discovery where none is named.
    public static let defaultGroup = "239.77.83.1:9909"
    /// The port where none is named.
    public static let defaultPort: UInt16 = 9000

    /// What people call this node.
    public var name: String
    /// Peers of another cluster are refused.
    public var cluster = "starling"
    /// The port to listen on, 0 for any free one; see ``Node/address``.
    public var port: UInt16 = NodeConfiguration.defaultPort
    /// The numeric address to listen on.
    public var bind = "127.0.0.1"
    /// What peers should dial, `HOST` or `HOST:PORT`; nil for the address they see.
    public var advertise: String?
    /// Peers known from the start: `HOST:PORT`, or `HOST` for port 9000. Names are resolved to all
    /// their addresses; the node's own address is skipped.
    public var peers: [String] = []
    /// Where to look for peers that were not named.
    public var discovery = Discovery.off
    /// What peers must prove that they know; nil for nothing.
    public var secret: [UInt8]?
    /// Who views which keys; the longest prefix counts.
    public var resolvers = ResolverTable()
    /// When writes are acknowledged.
    public var durability = Durability.everyWrite
    /// When writes are acknowledged in leader mode, where this node leads.
    public var acknowledgement = Acknowledgement.majority
    /// Whether the cluster is to be in leader mode: with ``NodeMode/Kind/leader`` the nodes enter it by themselves,
    /// once after their start, when a majority of the known ones answers. Give it to all nodes, and name their
    /// ``peers``.
    public var mode = NodeMode.Kind.leaderless
    /// Bytes that writes leave free on the disk, for compaction and for what peers bring: below that they are refused,
    /// deletes apart, until there is room again. 0 for none.
    public var minimumFree: UInt64 = 0
    /// Bytes of deletes that are kept for peers that are away: beyond it they go, and such a peer takes a snapshot when
    /// it returns. 0 for no bound.
    public var lagBudget: UInt64 = 0
    /// Whether links may be cut on purpose, for tests and demonstrations.
    public var allowsFaults = false
    /// Receives diagnostics, on the node's thread; nil for none. It must not block.
    public var trace: (@Sendable (TraceLine) -> Void)?

    /// Makes sessions for client protocols on the node's port; set by the server.
    package var faces: (@Sendable (Replica, _ address: String) -> SessionFactory)?
    package var limits = ReplicaLimits()

    /// A configuration with all defaults for a node of this name.
    public init(name: String) {
        self.name = name
    }
}
