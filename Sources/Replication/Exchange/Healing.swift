import Platform

/// The way back of a node whose log was damaged: first all that its peers hold, then what is intact of its own.
///
/// Legal transitions:
/// - `hearing → restoring` when a peer that is not healing itself has given all it has, and all known members were
///   tried or the patience is over; at once if there are no peers and an operator accepts the loss
/// - `restoring → healed` when all is taken back and durable
struct Healing {
    enum Phase: Hashable {
        /// The log is sound.
        case healed
        /// Peers are heard.
        case hearing
        /// What is intact of the damaged log is taken back; nobody is talked to.
        case restoring
    }

    private(set) var phase: Phase
    /// How long to wait for members that have not been heard, once one has.
    private let patience: Delay
    private var since: Instant
    /// Whether a peer has given all it has, and whether that was anything.
    private var hasHeard = false
    private var hasSubstance = false

    /// Whether an operator accepts the loss, should there be nobody to heal from.
    private let isAccepted: Bool

    init(isNeeded: Bool, isAccepted: Bool, patience: Delay, now: Instant) {
        self.isAccepted = isAccepted
        self.phase = isNeeded ? .hearing : .healed
        self.patience = patience
        self.since = now
    }

    var isGoingOn: Bool { self.phase != .healed }

    /// Begins to count now.
    mutating func begin(now: Instant) { self.since = now }

    /// All that a peer had is here, and durable.
    mutating func noteJoined(isEmpty: Bool) {
        self.hasHeard = true
        self.hasSubstance = self.hasSubstance || !isEmpty
    }

    /// Goes on to the taking back if it is time; returns whether it did.
    ///
    /// - Parameter allTried: whether every known member was heard, or could not be.
    mutating func check(now: Instant, hasPeers: Bool, allTried: Bool) -> Bool {
        guard self.phase == .hearing else { return false }
        // Of peers that hold nothing it cannot be told whether they are new, or have lost what others still hold.
        guard !hasPeers || (allTried && self.hasSubstance) || now >= self.deadline else { return false }
        self.phase = .restoring
        return true
    }

    /// All is back.
    mutating func end() { self.phase = .healed }

    /// When ``check(now:hasPeers:allTried:)`` is due even if nothing happens: never before a peer was heard, unless the
    /// loss is accepted.
    var deadline: Instant {
        guard self.phase == .hearing, self.hasHeard || self.isAccepted else { return .distantFuture }
        return self.since + (self.hasSubstance ? self.patience : self.patience * 4)
    }
}
