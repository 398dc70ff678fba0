import AntiEntropy
import Membership

extension ReplicaDriver {
    /// How much waits in this node, between two turns, against what was promised: of a kind of which there
    /// are several, the longest.
    ///
    /// What is sent may be longer than its limit by one thing, since a limit stops the next thing from
    /// being made; `largest` is the length of the largest: a reply, a record, a batch.
    ///
    /// - Complexity: O(n) in the connections and links.
    package func queueLengths(largest: Int) -> [QueueLength] {
        let limits = self.replica.configuration.limits
        var input = 0
        var replies = 0
        var unsent = 0
        for slot in self.slots {
            switch slot {
            case .client(let connection):
                input = max(input, connection.input.count)
                replies = max(replies, connection.output.unsentLength)
            case .link(let link): unsent = max(unsent, link.unsentLength)
            case .upstream(let upstream): unsent = max(unsent, upstream.unsentLength)
            case .empty, .unknown: break
            }
        }
        var arrived = 0
        var unread = 0
        for link in self.replica.exchange.links {
            arrived = max(arrived, link.arrivals.reduce(0) { $0 + $1.records.byteCount })
            unread = max(unread, link.decoder.unread)
        }
        let window = ConversationLimits().window
        return [
            QueueLength("request bytes of one connection", input, limit: limits.inputLength),
            QueueLength("reply bytes of one connection", replies, limit: limits.outputLength + largest),
            QueueLength(
                "unsent bytes of one link", unsent,
                limit: limits.linkOutputLength + max(limits.recordsLength, largest) + MessageLimits.recordsPayload),
            QueueLength("bytes of arrived records of one link", arrived, limit: max(window, largest)),
            QueueLength("unread bytes of one link", unread, limit: MessageLimits.maximumPayload),
            QueueLength("sessions that wait for room", self.blocked.count, limit: self.slots.count),
            QueueLength("connections listed for output", self.outputs.count, limit: self.slots.count),
            QueueLength("waits for acknowledgement", self.replica.waiters.count, limit: limits.waiters),
            QueueLength(
                "members in the roster", self.replica.exchange.roster.members.count, limit: RosterLimits.members),
        ]
    }
}
