import Causality
import Leadership
import TestSupport
import Testing

/// The outline against the entries it stands for.
@Suite struct LogOutlineTests {
    private struct Oracle {
        var base = LogPosition.zero
        var baseElectorate = Electorate.empty
        var entries: [LeadershipEntry] = []

        var electorate: Electorate {
            for entry in self.entries.reversed() {
                if case .electorate(let electorate) = entry.content { return electorate }
            }
            return self.baseElectorate
        }
    }

    private static func entry(_ random: inout SeededGenerator, after last: LogPosition) -> LeadershipEntry {
        let term = Term(rawValue: last.term.rawValue + UInt64(random.chance(25) ? 1 : last.term == .zero ? 1 : 0))
        let position = LogPosition(index: last.index + 1, term: term)
        guard random.chance(15) else {
            return LeadershipEntry(position: position, content: .payload(Array(repeating: 0, count: random.below(50))))
        }
        let voters = (0...UInt64(random.below(4))).map { PeerID(rawValue: $0) }
        return LeadershipEntry(position: position, content: .electorate(Electorate(voters: voters) ?? .empty))
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `terms, sizes and members are those of the entries`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var outline = LogOutline(electorate: .empty)
        var oracle = Oracle()
        for _ in 0..<120 {
            switch random.below(10) {
            case 0 where !oracle.entries.isEmpty:
                let kept = random.below(oracle.entries.count + 1)
                oracle.entries.removeLast(oracle.entries.count - kept)
                outline.truncate(after: oracle.base.index + UInt64(kept))
            case 1 where !oracle.entries.isEmpty:
                let count = 1 + random.below(oracle.entries.count)
                let index = oracle.base.index + UInt64(count)
                var front = oracle
                front.entries = Array(oracle.entries.prefix(count))
                oracle.baseElectorate = front.electorate
                oracle.base = oracle.entries[count - 1].position
                oracle.entries.removeFirst(count)
                outline.compact(through: index)
            default:
                let entry = Self.entry(&random, after: outline.last)
                oracle.entries.append(entry)
                outline.append(entry)
            }
            Self.check(outline, oracle, &random)
        }
    }

    private static func check(_ outline: LogOutline, _ oracle: Oracle, _ random: inout SeededGenerator) {
        #expect(outline.base == oracle.base)
        #expect(outline.last == oracle.entries.last?.position ?? oracle.base)
        #expect(outline.electorate == oracle.electorate)
        #expect(outline.term(at: outline.last.index + 1) == nil)
        for entry in oracle.entries { #expect(outline.term(at: entry.position.index) == entry.position.term) }
        let bytes = oracle.entries.reduce(0) { $0 + UInt64($1.size) }
        #expect(outline.bytes(above: outline.base.index, through: outline.last.index) == bytes)
        let hint = LogPosition(
            index: UInt64(random.below(Int(outline.last.index) + 3)),
            term: Term(rawValue: UInt64(random.below(Int(outline.last.term.rawValue) + 2))))
        let agreed = oracle.entries.last { $0.position.index <= hint.index && $0.position.term <= hint.term }
        #expect(outline.lastPosition(notAbove: hint) == agreed?.position ?? oracle.base)
        guard let first = oracle.entries.first else { return }
        let end = outline.chunk(above: outline.base.index, count: 3, bytes: 100)
        let sizes = oracle.entries.prefix(3).map(\.size)
        var count = 1
        while count < sizes.count, sizes.prefix(count + 1).reduce(0, +) <= 100 { count += 1 }
        #expect(end == first.position.index - 1 + UInt64(count))
    }

    @Test func `every change of members leaves a majority that overlaps those before and after`() {
        let peers = (1...5).map { PeerID(rawValue: $0) }
        let three = Electorate(voters: Array(peers.prefix(3))) ?? .empty
        #expect(three.applying(.promote(peers[3])) == nil, "a stranger catches up first")
        #expect(three.applying(.addLearner(peers[0])) == nil)
        let four = three.applying(.addLearner(peers[3]))?.applying(.promote(peers[3]))
        #expect(four?.voters == Array(peers.prefix(4)) && four?.majority == 3)
        let alone = Electorate(voters: [peers[0]]) ?? .empty
        #expect(alone.applying(.remove(peers[0])) == nil, "somebody votes")
        #expect(Electorate(voters: [peers[0]], learners: [peers[0]]) == nil)
    }
}
