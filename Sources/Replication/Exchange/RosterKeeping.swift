import ByteCoding
import Causality
import Journal
import Membership
import Platform

// What is known of peers outlasts the process: whoever is away when a node restarts still counts.

extension PeerExchange {
    /// A full disk is given this long before the roster is stored again.
    private static let rosterPause = Delay.seconds(1)

    /// What a stored file says; nil if there is none that can be read.
    static func memory(in file: PeersFile) -> RosterMemory? {
        guard case .content(let bytes, _) = file else { return nil }
        return try? RosterMemory(bytes)
    }

    /// Takes up what an earlier process knew. A file that cannot be used is reported, and no obstacle.
    func takeUpMemory(now: Instant) {
        var reason: String?
        var isCopy = false
        switch self.journal.storedPeers {
        case .none: return
        case .unusable(let text): reason = text
        case .content(let bytes, let isOriginal):
            isCopy = !isOriginal
            // A copy is stored once more, so that it counts as this directory's own from now on.
            if isOriginal { self.keptRoster.content = bytes }
            self.hasRosterChanged = true
            do throws(DecodingError) {
                self.remembered = try RosterMemory(bytes)
            } catch {
                reason = "its content cannot be read: \(error)"
            }
        }
        if let reason {
            let text = "the file of known peers cannot be used and will be replaced: \(reason)"
            self.report(.failed(text))
            self.trace(.warning, "peers.damaged", text)
        }
        // Of attempts of its own that it knows nothing of, nothing has come, or they are among those decided.
        let own = [self.journal.identity.peer] + self.journal.identity.predecessors
        self.remembered.suspended.removeAll { own.contains($0.coordinator) }
        if !self.remembered.suspended.isEmpty { self.forgetting.nextQuery = now + ForgettingState.queryPause }
        for forgotten in self.remembered.forgotten {
            for range in forgotten.voids.ranges { self.forgetting.voids.insert(range, of: forgotten.peer.peer) }
        }
        self.isRejoining = self.remembered.isRejoining
        let actions = self.roster.remember(
            self.remembered, ownName: self.configuration.name, isHearsay: isCopy, at: now)
        self.heed(actions, now: now)
    }

    /// Has what is known of peers stored when it has changed.
    func keepRoster(now: Instant) {
        if self.journal.hasFailedToKeepPeers {
            if let retry = self.rosterRetry, retry <= now {
                self.rosterRetry = nil
                self.journal.retryPeers()
            } else if self.rosterRetry == nil, self.journal.failure == nil {
                self.rosterRetry = now + PeerExchange.rosterPause
            }
        } else {
            self.rosterRetry = nil
        }
        guard self.hasRosterChanged else { return }
        self.hasRosterChanged = false
        var memory = self.roster.memory
        memory.isRejoining = self.isRejoining
        let content = memory.encoded
        guard content != self.keptRoster.content, content.count <= PeersFile.contentMaximum else { return }
        self.keptRoster = (self.journal.keepPeers(content), content)
    }
}
