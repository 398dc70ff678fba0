import ByteCoding
import Causality
import DataModel
import Journal
import Leadership

// What the decider asks for, carried out on the log or handed on to the owner.
extension LeadershipMember {
    func carryOut(_ actions: [RaftAction]) {
        for action in actions {
            switch action {
            case .write(let write): self.take(write)
            case .send(let message, let peer): self.effects.append(.send(message, to: peer))
            case .sendEntries(let request, let through, let peer): self.send(request, through, to: peer)
            case .sendSnapshot(let term, let round, let peer):
                let electorate = self.raft.outline.electorate(at: self.applied.index)
                let header = SnapshotHeader(position: self.applied, electorate: electorate)
                self.effects.append(.sendSnapshot(header, term: term, round: round, to: peer))
            case .commit: break
            case .acknowledge(let ids): self.effects.append(.acknowledge(ids))
            case .unresolved(let ids): self.effects.append(.unresolved(ids))
            case .readable(let ids, let index): self.reads.append((ids, index))
            case .unreadable(let ids): self.effects.append(.unreadable(ids))
            case .discarding(let range): self.revive(range)
            case .becomes(let standing): self.become(standing)
            case .splitBrain(let evidence): self.effects.append(.splitBrain(evidence))
            case .transferEnded(let isSuccess): self.effects.append(.transferEnded(isSuccess: isSuccess))
            }
        }
    }

    private func take(_ write: LogWrite) {
        self.entries.take(write)
        if case .install(let header) = write.change {
            self.applied = header.position
            self.noted = header.position
            self.nextRecord = 0
        }
    }

    private func become(_ standing: RaftStanding) {
        self.proposed = [:]
        // What was to be read was promised by a leader that is none now.
        for read in self.reads { self.effects.append(.unreadable(read.ids)) }
        self.reads = []
        self.effects.append(.becomes(standing))
    }

    private func send(_ request: AppendRequest, _ through: UInt64, to peer: PeerID) {
        var request = request
        do throws(JournalError) {
            for index in (request.previous.index + 1)...through {
                guard index <= self.entries.lastIndex else { break }
                request.entries.append(try self.entries.entry(at: index))
            }
        } catch {
            // What cannot be read is not sent; the follower will ask again, and whoever reads the log will complain.
            return
        }
        self.effects.append(.send(.append(request), to: peer))
    }

    /// Hands out the records of this node's own in entries that are about to be given up.
    private func revive(_ range: LogRange) {
        let records = self.records(range, of: self.raft.peer)
        if !records.isEmpty { self.effects.append(.revive(records)) }
    }

    /// The records in entries; of one peer if it is named.
    func records(_ range: LogRange, of peer: PeerID? = nil) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for index in range.first...range.last {
            guard let entry = try? self.entries.pendingEntry(at: index), case .payload(let payload) = entry.content,
                let ranges = try? EntryRecords.ranges(in: payload)
            else { continue }
            for range in ranges {
                var reader = ByteReader(payload, range)
                guard let dot = try? reader.readRecordDot(), peer == nil || dot.peer == peer else { continue }
                records.append(Array(payload[range]))
            }
        }
        return records
    }
}
