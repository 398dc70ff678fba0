import AntiEntropy
import Causality
import Journal
import Platform

// A node whose log was damaged; see Healing.

extension PeerExchange {
    /// Says that the log was damaged.
    func tellOfHealing() {
        guard self.healing.isGoingOn, let salvage = self.journal.salvage else { return }
        self.counters.rejoin.healingsBegun += 1
        let damage = salvage.firstDamage ?? "the log was damaged"
        self.report(.healing(reason: damage))
        self.trace(
            .error, "log.damaged",
            "the log is damaged below what was synced: the node serves nobody until its peers have given it what they "
                + "hold. If none of them is left, stop it and run: starling repair DIR",
            [
                .init("damage", damage), .init("places", "\(salvage.damageCount)"),
                .init("bytes", "\(salvage.damagedBytes)"), .init("intact-records", "\(salvage.records)"),
                .init("intact-keys", "\(salvage.keys)"),
            ])
    }

    /// A peer has given all it has, and it is durable.
    func noteHealed(by link: PeerLink, _ context: CausalContext) {
        guard self.healing.phase == .hearing, link.conversation.peer?.isHealing == false else { return }
        self.healing.noteJoined(isEmpty: context.isEmpty)
    }

    /// Goes on to the taking back of the node's own records once the peers were heard. Nobody is talked to then: the
    /// members of a batch come back one by one.
    func heal(now: Instant) {
        guard self.isRunning,
            self.healing.check(now: now, hasPeers: self.hasPeers, allTried: self.haveAllBeenTried(now: now))
        else { return }
        for link in self.links {
            self.step(link.id, now: now) { $0.refuse(Refusal(.busy, "this node takes back its own records"), at: now) }
        }
        self.trace(.notice, "log.restoring", "the peers were heard: what is intact of the damaged log is taken back")
    }

    /// All that is intact of the damaged log is back, and durable.
    func endHealing(now: Instant) {
        self.healing.end()
        self.counters.rejoin.healingsEnded += 1
        self.counters.rejoin.recordsRestored += self.journal.restoredCount
        self.noteLocalWrite(at: now)
        self.report(.healed(restored: self.journal.restoredCount))
        self.trace(
            .notice, "log.healed", "the node is healed, and serves",
            [.init("restored-records", "\(self.journal.restoredCount)")])
    }
}
