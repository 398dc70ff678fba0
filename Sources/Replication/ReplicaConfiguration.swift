import AntiEntropy
package import DataModel
package import Journal
package import Leadership
package import Platform

/// Everything a replica is told before it starts.
package struct ReplicaConfiguration: Sendable {
    /// What people call this node; names it in status and greetings.
    package var name: String
    /// Peers of another cluster are refused.
    package var cluster: String
    /// Peers must prove that they know it; nil for none.
    package var secret: [UInt8]?
    package var resolvers: ResolverTable
    package var durability: Durability
    /// What to listen on; port 0 for any.
    package var listen: NetworkAddress
    /// What peers should dial; nil lets them use the address they see and the port listened on.
    package var advertise: NetworkAddress?
    /// Known from the start.
    package var peers: [NetworkAddress]
    /// Where to look for peers by multicast; nil for nowhere.
    package var discovery: MulticastGroup?
    /// The interface to discover on, by name or address; nil for all.
    package var discoveryInterface: String?
    /// Whether `LINK CUT` is allowed.
    package var allowsFaults: Bool
    /// Bytes that clients' writes leave free on the disk; deletes may use them. 0 for none.
    package var minimumFree: UInt64
    /// Bytes of deletes that are kept for peers that are away; beyond it they go, and such a peer takes a
    /// snapshot when it returns. 0 for no bound.
    package var lagBudget: UInt64
    /// When a write in leader mode is answered.
    package var acknowledgement: Acknowledgement
    /// Times and bounds of leader mode; the same on every node.
    package var leadership: RaftLimits
    package var journal: JournalConfiguration
    package var limits: ReplicaLimits
    /// The protocol versions offered to peers. What this program speaks, unless one that speaks others is
    /// simulated.
    package var versions: ClosedRange<UInt16>

    /// How the journal is opened: damage is healed where there is anybody to heal from.
    package var journalOpening: JournalConfiguration {
        var journal = self.journal
        journal.healsDamage = !self.peers.isEmpty || self.discovery != nil
        return journal
    }

    package init(name: String, cluster: String, listen: NetworkAddress, journal: JournalConfiguration) {
        self.name = name
        self.cluster = cluster
        self.secret = nil
        self.resolvers = ResolverTable()
        self.durability = .always
        self.listen = listen
        self.advertise = nil
        self.peers = []
        self.discovery = nil
        self.discoveryInterface = nil
        self.allowsFaults = false
        self.minimumFree = 0
        self.lagBudget = 0
        self.acknowledgement = .majority
        self.leadership = RaftLimits()
        self.journal = journal
        self.limits = ReplicaLimits()
        self.versions = MessageFormat.minimumVersion...MessageFormat.maximumVersion
    }
}
