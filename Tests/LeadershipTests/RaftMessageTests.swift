import ByteCoding
import Causality
import Leadership
import TestSupport
import Testing

/// What goes over the wire comes back, and nothing else does.
@Suite struct RaftMessageTests {
    private static func position(_ random: inout SeededGenerator) -> LogPosition {
        LogPosition(index: UInt64(random.below(100_000)), term: Term(rawValue: UInt64(random.below(9))))
    }

    private static func electorate(_ random: inout SeededGenerator) -> Electorate {
        let peers = (0..<random.below(6)).map { _ in PeerID(rawValue: random.next()) }
        return Electorate(voters: Array(peers.dropFirst(2)), learners: Array(peers.prefix(2))) ?? .empty
    }

    private static func entries(_ random: inout SeededGenerator, after previous: LogPosition) -> [LeadershipEntry] {
        (0..<UInt64(random.below(4))).map { place in
            let position = LogPosition(index: previous.index + place + 1, term: Term(rawValue: 9))
            return switch random.below(3) {
            case 0: LeadershipEntry(position: position, content: .start)
            case 1: LeadershipEntry(position: position, content: .payload((0..<random.below(9)).map { UInt8($0) }))
            default: LeadershipEntry(position: position, content: .electorate(Self.electorate(&random)))
            }
        }
    }

    private static func message(_ random: inout SeededGenerator) -> RaftMessage {
        let term = Term(rawValue: UInt64(random.below(1 << 40)))
        let round = UInt64(random.below(1000))
        let request = VoteRequest(term: term, last: Self.position(&random), isTransfer: random.chance(50))
        let answer = VoteAnswer(term: term, requested: term.next, isGranted: random.chance(50))
        switch random.below(8) {
        case 0: return .preVoteRequest(request)
        case 1: return .voteRequest(request)
        case 2: return .preVoteAnswer(answer)
        case 3: return .voteAnswer(answer)
        case 4:
            let previous = Self.position(&random)
            let entries = Self.entries(&random, after: previous)
            return .append(AppendRequest(term: term, round: round, previous: previous, entries: entries, commit: 7))
        case 5:
            let outcomes: [AppendAnswer.Outcome] = [
                .matched(round), .conflict(refused: round, hint: Self.position(&random)), .fenced(nil),
                .fenced(PeerID(rawValue: random.next())),
            ]
            return .appendAnswer(AppendAnswer(term: term, round: round, outcome: outcomes[random.below(4)]))
        case 6:
            let header = SnapshotHeader(position: Self.position(&random), electorate: Self.electorate(&random))
            return .snapshot(SnapshotOffer(term: term, round: round, header: header))
        default: return .timeoutNow(term)
        }
    }

    private static func bytes(_ message: RaftMessage) -> [UInt8] {
        var writer = ByteWriter()
        message.encode(into: &writer)
        return writer.bytes
    }

    @Test func `every message comes back as it was`() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let message = Self.message(&random)
            var reader = ByteReader(Self.bytes(message))
            #expect(try RaftMessage(from: &reader) == message)
        }
    }

    @Test func `a message cut short or with more behind it is refused`() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            let bytes = Self.bytes(Self.message(&random))
            for count in 0..<bytes.count {
                var reader = ByteReader(Array(bytes.prefix(count)))
                #expect(throws: DecodingError.self) { try RaftMessage(from: &reader) }
            }
            var reader = ByteReader(bytes + [0])
            #expect(throws: DecodingError.self) { try RaftMessage(from: &reader) }
        }
    }

    @Test func `whatever can be read is written in the same bytes, and no bytes harm a member`() throws {
        var random = SeededGenerator(seed: 3)
        var bench = RaftBench(voters: 3, terms: [1, 1, 2], commit: 2)
        var readable = 0
        for round in 0..<20_000 {
            var bytes = Self.bytes(Self.message(&random))
            for _ in 0..<(1 + random.below(3)) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            var reader = ByteReader(bytes)
            guard let message = try? RaftMessage(from: &reader) else { continue }
            readable += 1
            #expect(Self.bytes(message) == bytes)
            if round % 50 == 0 { bench.timeOut() }
            bench.receive(message, from: 2 + UInt64(random.below(3)))
            #expect(bench.raft.commit >= 2 && bench.raft.outline.last.index >= bench.raft.commit)
            _ = bench.take()
        }
        #expect(readable > 2000)
    }
}
