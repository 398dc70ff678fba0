import DataModel
import Platform
import Starling

/// What `starling serve` was told, checked.
struct ServeSettings: Sendable {
    /// How diagnostics look.
    enum TraceFormat: String, Sendable, CaseIterable {
        case text
        case json
    }

    /// What must be known of the machine to fill in what was not said.
    struct Machine: Sendable {
        var hostName: String?
        var processID: Int32
        /// Its addresses, for proposals.
        var hosts: [String] = []
    }

    var port: UInt16 = NodeConfiguration.defaultPort
    var bind = "127.0.0.1"
    var advertise: String?
    var data = "starling-data"
    var name = ""
    var cluster = "starling"
    var peers: [String] = []
    var discovery = NodeConfiguration.Discovery.off
    /// Where the secret is; it is read by ``SecretFile``.
    var secretFile: Setting?
    var resolvers = ResolverTable()
    var durability = NodeConfiguration.Durability.everyWrite
    /// Whether the nodes are to enter leader mode by themselves.
    var mode = NodeMode.Kind.leaderless
    var acknowledgement = NodeConfiguration.Acknowledgement.majority
    /// Whether a follower passes clients' requests on.
    var forwards = true
    /// Bytes that writes leave free on the disk.
    var minimumFree: UInt64 = 32 * 1024 * 1024
    /// Bytes of deletes that are kept for peers that are away.
    var lagBudget: UInt64 = 1 << 30
    var allowsFaults = false
    var traceLevel = TraceRecord.Level.info
    var traceFormat = TraceFormat.text

    /// Whether clients of other machines can reach the node.
    var isOpenToOthers: Bool {
        !(self.bind.hasPrefix("127.") || self.bind == "::1")
    }
}
