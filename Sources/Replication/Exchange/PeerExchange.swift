import AntiEntropy
import Causality
import DataModel
import Journal
import Membership
package import Platform

/// Everything between this node and its peers: who they are, when to talk, and the conversations.
///
/// It decides through its parts (roster, schedule, conversations, watermark, beacons) and asks the
/// driver, by effects, to carry out what touches the world.
package final class PeerExchange {
    let configuration: ReplicaConfiguration
    let journal: RecordJournal
    let random: () -> UInt64
    /// Tells this process from another that bears the same peer ID.
    let incarnation: UInt64
    /// The resolvers as they are told to peers.
    let announcement: [String]

    var watermark = Watermark()
    /// How often the watermark has changed.
    var heldChanges: UInt64 = 0
    var beacons = BeaconSchedule()
    var beaconCounter: UInt64 = 0
    var gathering: Gathering
    var healing: Healing
    /// Why a new peer ID must be taken as soon as the log is at rest; nil if it need not.
    var mintReason: String?
    /// Where the newest records end that peers may lack, and which of them does not; nil for none.
    var latestNews: (lsn: UInt64, source: Member.ID?)?
    /// Peers whose resolver rules differ from this node's, in words, sorted by peer.
    var mismatches: [(peer: PeerID, words: String)] = []
    /// Where peers can reach this node.
    package private(set) var ownAddress: NetworkAddress
    /// Every address by which this node could reach itself.
    var localAddresses: [NetworkAddress] = []
    /// Members that were tried since the start, sorted.
    var tried: [Member.ID] = []
    /// Members that cannot be reached since they were last; each once.
    var lost: [Member.ID] = []
    /// Names that are being resolved.
    var resolving: [(token: UInt64, name: NetworkAddress)] = []
    /// When it was last said that another process has this node's peer ID.
    var duplicateReported: Instant?
    /// Which processes speak for which peer ID.
    var incarnations = IncarnationWatch()
    /// When it was last said that two other nodes have one peer ID.
    var foreignTwinsReported: Instant?
    /// When it was last said that a peer's records differ although its context is equal.
    var divergenceReported: Instant?
    /// When to look next for members whose beacons have ceased.
    var silenceCheck = Instant(nanoseconds: 0)
    /// The forgetting of peers.
    var forgetting = ForgettingState()
    /// What the leader mode of peers has said, for this node's.
    var letters: [(peer: PeerID, bytes: [UInt8])] = []
    /// Letters for peers to which there is no link yet.
    var outgoingLetters: [OutgoingLetter] = []
    /// Peer IDs that have left lately, and when: what comes of them on links from before was said by processes that are
    /// gone.
    var left: [(peer: PeerID, at: Instant)] = []
    /// Whether this node is a member of leader mode.
    var isInLeaderMode = false
    /// Peers whose links leader mode wants kept, sorted.
    var keptPeers: [PeerID] = []
    /// Whether this node was forgotten itself, and has had no snapshot since.
    var isRejoining = false
    /// What an earlier process knew, until it is taken up.
    var remembered = RosterMemory()
    /// Whether the directory that it came from turned out to be a copy, or to have gone back.
    var isMemoryDoubtful = false
    /// Whether something may have changed that is to outlast a restart.
    var hasRosterChanged = false
    /// What was handed to the journal last, and its number there.
    var keptRoster: (number: UInt64, content: [UInt8]) = (0, [])
    /// When storing it is tried again; nil unless it has failed.
    var rosterRetry: Instant?
    var isRunning = false
    /// Whether it was told of peers, or where to look for them.
    let hasPeers: Bool
    /// When it began to look for peers.
    var startedAt: Instant
    // These are asked in every turn, many times. That accesses to them do not overlap is not checked
    // then: a roster, a schedule and counters are values that call nobody, and the lists are only read by index,
    // copied, appended to or shortened, each at once.
    @exclusivity(unchecked) private var uncheckedLinks: [PeerLink] = []
    @exclusivity(unchecked) private var uncheckedRoster: Roster
    @exclusivity(unchecked) private var uncheckedCounters = ReplicaCounters()
    @exclusivity(unchecked) private var uncheckedEffects: [Effect] = []
    @exclusivity(unchecked) private var uncheckedSchedule: ConversationSchedule
    private var nextLink: UInt64 = 1
    private var lastStateHash: UInt128?

    init(
        configuration: ReplicaConfiguration, journal: RecordJournal, random: @escaping () -> UInt64, now: Instant
    ) {
        self.configuration = configuration
        self.journal = journal
        self.random = random
        self.startedAt = now
        self.incarnation = random()
        self.announcement = configuration.resolvers.announcement
        self.ownAddress = configuration.advertise ?? configuration.listen
        unsafe self.uncheckedRoster = Roster(ownPeer: journal.identity.peer)
        unsafe self.uncheckedSchedule = ConversationSchedule(limits: configuration.limits.schedule)
        // A fresh peer ID has no dots that anybody could know of, and needs nobody's confirmation.
        let knowsPeers = PeerExchange.memory(in: journal.storedPeers).map { !$0.members.isEmpty } ?? false
        let mayKnowPeers = knowsPeers || !configuration.peers.isEmpty || configuration.discovery != nil
        self.gathering = Gathering(
            isNeeded: journal.opening.minted == nil && mayKnowPeers,
            until: now + configuration.limits.gathering)
        self.healing = Healing(
            isNeeded: journal.isHealing, isAccepted: journal.isLossAccepted,
            patience: configuration.limits.gathering, now: now)
        self.hasPeers = mayKnowPeers
    }

    /// Sorted by id.
    var links: [PeerLink] {
        _read { yield unsafe self.uncheckedLinks }
        _modify { yield unsafe &self.uncheckedLinks }
    }

    /// What has been counted since the start.
    package internal(set) var counters: ReplicaCounters {
        _read { yield unsafe self.uncheckedCounters }
        _modify { yield unsafe &self.uncheckedCounters }
    }

    /// What is to be carried out, in order.
    var effects: [Effect] {
        _read { yield unsafe self.uncheckedEffects }
        _modify { yield unsafe &self.uncheckedEffects }
    }

    var roster: Roster {
        _read { yield unsafe self.uncheckedRoster }
        _modify { yield unsafe &self.uncheckedRoster }
    }

    var schedule: ConversationSchedule {
        _read { yield unsafe self.uncheckedSchedule }
        _modify { yield unsafe &self.uncheckedSchedule }
    }

    /// Whether clients must wait: the first conversations, the taking of a new peer ID, or healing, are going on.
    var isGathering: Bool {
        self.gathering.isGoingOn || self.mintReason != nil || self.healing.isGoingOn
    }

    /// The position that the log must be synced up to for a conversation to go on.
    var wantedSync: UInt64 {
        var position: UInt64 = 0
        for link in self.links { position = max(position, link.digestAt ?? 0, link.joinedAt ?? 0) }
        for owed in self.forgetting.owed { position = max(position, owed.lsn) }
        return position
    }

    /// Whether the byte begins a connection from a peer.
    func isPreamble(_ byte: UInt8) -> Bool {
        byte == MessageFormat.preamble[0]
    }

    /// Takes notice of where this node listens.
    func listen(on address: NetworkAddress, localHosts: [String]) {
        let advertised = self.configuration.advertise
        self.ownAddress =
            advertised.map { NetworkAddress(host: $0.host, port: $0.port == 0 ? address.port : $0.port) } ?? address
        self.localAddresses =
            localHosts.map { NetworkAddress(host: $0, port: address.port) } + [address, self.ownAddress]
    }

    /// Hands over what is to be carried out, by exchanging buffers with `effects`, which MUST be empty.
    func takeEffects(into effects: inout [Effect]) {
        swap(&self.effects, &effects)
    }

    func noteLocalWrite(at now: Instant) {
        self.noteNews(from: nil)
        self.schedule.localWrite(at: now)
    }

    /// Notes that what was appended last is news to others; from several sources it is to all.
    func noteNews(from source: Member.ID?) {
        var source = source
        if let before = self.latestNews, before.lsn > self.journal.syncedLSN, before.source != source { source = nil }
        self.latestNews = (self.journal.appendedLSN, source)
    }

    /// How many members are known to hold the write.
    func holders(of dot: Dot) -> Int {
        self.watermark.holders(of: dot)
    }

    func index(of id: LinkID) -> Int? {
        // They are few.
        self.links.firstIndex { $0.id == id }
    }

    func makeLinkID() -> LinkID {
        defer { self.nextLink += 1 }
        return LinkID(rawValue: self.nextLink)
    }

    func makeConversation(_ role: ConversationRole) -> Conversation {
        var greeting = Greeting(
            cluster: self.configuration.cluster, peer: self.journal.identity.peer, incarnation: self.incarnation,
            name: self.configuration.name, advertised: self.advertised,
            challenge: UInt128(self.random()) << 64 | UInt128(self.random()),
            predecessors: self.journal.identity.predecessors,
            minimumVersion: self.configuration.versions.lowerBound,
            maximumVersion: self.configuration.versions.upperBound)
        greeting.isHealing = self.healing.isGoingOn
        return Conversation(
            role: role,
            configuration: ConversationConfiguration(
                greeting: greeting, secret: self.configuration.secret,
                limits: self.configuration.limits.conversation))
    }

    /// What peers are told to dial: without an advertised address, the host they see and the port listened on.
    var advertised: NetworkAddress {
        self.configuration.advertise == nil ? NetworkAddress(host: "", port: self.ownAddress.port) : self.ownAddress
    }

    var lastOwn: LastOwnRecord {
        LastOwnRecord(sequence: self.journal.syncedOwn.sequence, checksum: self.journal.syncedOwn.checksum)
    }

    var syncedLiveHash: UInt128 {
        UInt128(self.journal.syncedLiveHash.0) << 64 | UInt128(self.journal.syncedLiveHash.1)
    }

    /// The hash that beacons carry, made anew only when the log has been synced further.
    func stateHash() -> UInt128 {
        if self.hashedLSN == self.journal.syncedLSN, let hash = self.lastStateHash { return hash }
        let hash = Digest.stateHash(
            context: self.journal.syncedContext, liveHash: self.syncedLiveHash)
        self.hashedLSN = self.journal.syncedLSN
        self.lastStateHash = hash
        return hash
    }

    private var hashedLSN: UInt64 = 0

    func report(_ event: ReplicaEvent) {
        self.effects.append(.event(event))
    }

    func trace(_ level: TraceRecord.Level, _ event: String, _ message: String, _ fields: [TraceRecord.Field] = []) {
        self.effects.append(.trace(TraceRecord(level, event, message, fields)))
    }
}
