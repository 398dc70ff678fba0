import Causality
import Membership
import Platform
import Testing

@Suite struct IncarnationWatchTests {
    private static let peer = PeerID(rawValue: 7)

    private static func at(_ seconds: UInt64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    /// Whether two processes are known to run, after each of the greetings.
    private static func verdicts(_ greetings: [(incarnation: UInt64, connectedAt: UInt64, now: UInt64)]) -> [Bool] {
        var watch = IncarnationWatch()
        return greetings.map {
            watch.heard(
                Self.peer, incarnation: $0.incarnation, connectedAt: Self.at($0.connectedAt), now: Self.at($0.now))
        }
    }

    @Test func `processes that follow each other are one node`() {
        #expect(!Self.verdicts((1...20).map { ($0, $0, $0) }).contains(true))
    }

    @Test func `two that take turns are told apart when both have come back`() {
        #expect(
            Self.verdicts([(1, 1, 1), (2, 2, 2), (1, 3, 3), (2, 4, 4), (2, 5, 5), (1, 6, 6)]) == [
                false, false, false, true, false, true,
            ])
    }

    @Test func `what a process sent before its end may come after its successor`() {
        #expect(!Self.verdicts([(1, 1, 1), (2, 3, 3), (1, 2, 4), (2, 5, 5), (1, 2, 6), (2, 7, 7)]).contains(true))
    }

    @Test func `one return on a new connection is not enough`() {
        #expect(!Self.verdicts([(1, 1, 1), (2, 2, 2), (1, 3, 3), (3, 4, 4), (2, 5, 5), (3, 6, 6)]).contains(true))
    }

    @Test func `of more peers than it watches it forgets who was not heard for longest`() {
        var watch = IncarnationWatch()
        var verdicts: [Bool] = []
        for number in 0..<(2 * UInt64(IncarnationWatch.capacity)) {
            let peer = PeerID(rawValue: number + 1)
            verdicts.append(watch.heard(peer, incarnation: 1, connectedAt: Self.at(number), now: Self.at(number)))
        }
        // The first is not known any more: what it was heard as before does not count.
        for (number, incarnation) in [2, 1, 2, 1].enumerated() {
            let now = Self.at(1000 + UInt64(number))
            verdicts.append(
                watch.heard(PeerID(rawValue: 1), incarnation: UInt64(incarnation), connectedAt: now, now: now))
        }
        #expect(verdicts.dropLast().allSatisfy { !$0 })
        #expect(verdicts.last == true)
    }
}
