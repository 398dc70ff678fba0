import ByteCoding
import Causality
import DataModel
import Journal
import Leadership
import Platform

// Who belongs to it, and what is to become of records that were given up.
extension LeaderMode {
    /// How far behind a node may be to get a vote.
    private static let promotable: UInt64 = 64
    /// Applied entries that are kept for members that are behind, before the log lets go of them.
    private static let keptEntries: UInt64 = 1024

    /// Looks after the members, if it is time: takes in who is known and answers, and out who has left for good.
    func look(after member: LeadershipMember, _ neighbours: () -> Neighbours, at now: Instant) {
        guard self.nextReform <= now else { return }
        self.nextReform = now + LeaderMode.reform
        self.reviveMore(member, at: now)
        self.forgetEntries(of: member)
        guard !member.hasEnded, self.isLeading || member.raft.leader == nil else { return }
        let neighbours = neighbours()
        self.departed = member.raft.outline.electorate.voters.filter { neighbours.departed.contains($0) }
        guard self.isLeading, let change = self.change(of: member, neighbours) else { return }
        // What cannot be now can be soon.
        try? member.change(change, id: 0, at: now)
        self.heed(member, at: now)
    }

    private func change(of member: LeadershipMember, _ neighbours: Neighbours) -> ElectorateChange? {
        let electorate = member.raft.outline.electorate
        let own = self.journal.identity.peer
        for peer in electorate.members where peer != own && neighbours.departed.contains(peer) { return .remove(peer) }
        for follower in member.raft.followers where electorate.learners.contains(follower.peer) {
            let isClose = follower.match + LeaderMode.promotable >= member.raft.commit
            if isClose, follower.match > 0, neighbours.reachable.contains(follower.peer) {
                return .promote(follower.peer)
            }
        }
        guard electorate.members.count < Electorate.maximumCount else { return nil }
        let stranger = neighbours.reachable.first { !electorate.members.contains($0) && $0 != own }
        return stranger.map { .addLearner($0) }
    }

    /// Lets go of entries that everybody who can be heard has, or that are very many.
    private func forgetEntries(of member: LeadershipMember) {
        let count = member.applied.index - min(member.applied.index, member.raft.outline.base.index)
        guard count >= LeaderMode.keptEntries * 2 else { return }
        _ = member.forget(entriesThrough: member.applied.index - LeaderMode.keptEntries)
    }

    /// Sees to it that records of this node's own, given up with their entries, are proposed by whoever leads.
    private func reviveMore(_ member: LeadershipMember, at now: Instant) {
        self.revival.removeAll { self.isKnown($0) }
        guard !self.revival.isEmpty, self.nextRevival <= now else { return }
        self.nextRevival = now + .milliseconds(500)
        let records = Array(self.revival.prefix(64))
        if self.isLeading {
            guard (try? member.propose(records: records, id: 0, acknowledgement: .majority, at: now)) != nil else {
                return
            }
            self.events.append(.revived(records.count))
        } else if let leader = member.raft.leader {
            self.post(.revival(records), era: member.era, to: leader)
            self.events.append(.revived(records.count))
        }
    }

    private func isKnown(_ record: [UInt8]) -> Bool {
        var reader = ByteReader(record)
        guard let dot = try? reader.readRecordDot() else { return true }
        return self.journal.context.contains(dot)
    }

    /// Writes records of this node's own that leader mode has left undecided.
    func writeRevived(at now: Instant) {
        guard !self.revival.isEmpty, self.nextRevival <= now else { return }
        self.nextRevival = now + .milliseconds(20)
        var count = 0
        while let record = self.revival.first {
            guard !self.isKnown(record) else {
                self.revival.removeFirst()
                continue
            }
            do throws(JournalError) {
                var bytes = RecordJournal.receptionBytes(recordLength: record.count)
                while true {
                    guard self.journal.admit(byteCount: bytes) == .now else { return }
                    do throws(JournalError) {
                        _ = try self.journal.apply(record, 0..<record.count)
                        break
                    } catch {
                        guard case .notAdmitted(let needed) = error, needed > bytes else { throw error }
                        bytes = needed
                    }
                }
                count += 1
            } catch {
                return
            }
            self.revival.removeFirst()
        }
        if count > 0 { self.events.append(.revived(count)) }
    }
}
