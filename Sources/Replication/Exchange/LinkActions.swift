import AntiEntropy
import ByteCoding
import Journal
import Membership
import Platform

// Carrying out what a conversation asks for. An input that answers an action may ask for more; that
// joins the end of the queue, so the order of the conversation's actions is kept.

extension PeerExchange {
    /// Gives a link's conversation an input and carries out all that follows.
    func step(_ id: LinkID, now: Instant, _ input: (inout Conversation) -> [Conversation.Action]) {
        guard let index = self.index(of: id) else { return }
        self.carryOut(input(&self.links[index].conversation), on: id, now: now)
    }

    /// Carries out what a link's conversation has asked for, and all that follows.
    func carryOut(_ actions: [Conversation.Action], on id: LinkID, now: Instant) {
        guard !actions.isEmpty else { return }
        var queue = actions
        var next = 0
        while next < queue.count {
            let action = queue[next]
            next += 1
            // Carrying an action out may end the link, and moves others.
            guard let index = self.index(of: id) else { return }
            let answers = self.carryOut(action, of: index, now: now)
            if !answers.isEmpty { queue.append(contentsOf: answers) }
            if next == 64 {
                queue.removeFirst(next)
                next = 0
            }
        }
    }

    private func carryOut(
        _ action: Conversation.Action, of index: Int, now: Instant
    ) -> [Conversation.Action] {
        let id = self.links[index].id
        switch action {
        case .sendPreamble:
            self.effects.append(.send(id, MessageFormat.preamble))
        case .send(let message):
            self.send(message, on: index)
        case .liftFrameLimit:
            self.links[index].decoder.liftLimit()
        case .learned(let greeting):
            return self.learned(greeting, of: index, now: now)
        case .openRound:
            self.links[index].digestAt = self.journal.appendedLSN
            return self.makeDigestIfSynced(index, now: now)
        case .learnedDigest(let digest):
            return self.learned(digest, of: index, now: now)
        case .beginStream(let context, let isSnapshot):
            self.beginStream(missingFrom: context, isSnapshot, on: index)
        case .fetch(let byteCount):
            self.links[index].wantedBytes = byteCount
            return self.fetchIfPossible(index, now: now)
        case .ingest(let records):
            self.links[index].arrivals.append(Arrival(records))
            return self.takeInArrivals(index, now: now)
        case .join(let closing):
            self.links[index].arrivedClosing = closing
            return self.takeInArrivals(index, now: now)
        case .learnedContext(let context):
            if let peer = self.links[index].conversation.peer, !peer.isHealing {
                self.noteHeld(by: peer.peer, context, self.links[index].member)
            }
        case .learnedMembership(let message):
            if let peer = self.links[index].conversation.peer?.peer { self.learned(message, from: peer, now: now) }
        case .learnedLeadership(let bytes):
            if let peer = self.links[index].conversation.peer?.peer { self.letters.append((peer, bytes)) }
        case .setDeadline(let deadline):
            self.links[index].deadline = deadline
        case .finish(let outcome):
            self.finish(index, outcome, now: now)
        }
        return []
    }

    private func send(_ message: ConversationMessage, on index: Int) {
        var writer = ByteWriter(capacity: 256)
        message.encode(partition: 0, into: &writer)
        let bytes = writer.bytes
        self.counters.peerBytesSent += UInt64(bytes.count)
        self.links[index].unsentLength += bytes.count
        self.effects.append(.send(self.links[index].id, bytes))
    }
}
