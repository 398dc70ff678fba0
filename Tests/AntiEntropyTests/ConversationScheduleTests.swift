import AntiEntropy
import Platform
import Testing

@Suite struct ConversationScheduleTests {
    private typealias Schedule = ConversationSchedule

    private let p: Schedule.Peer = 1
    private let q: Schedule.Peer = 2
    private let r: Schedule.Peer = 3

    /// A schedule of peers that have all been talked to once, at time zero, without anything to exchange.
    private static func settled(_ peers: [Schedule.Peer]) -> Schedule {
        var schedule = Schedule()
        for peer in peers { schedule.peerFound(peer, at: at(0), random: 0) }
        _ = schedule.tick(at: at(0))
        for peer in peers {
            schedule.conversationEnded(with: peer, .parted(exchanged: false), hasNews: false, at: at(0), random: 0)
        }
        return schedule
    }

    private static func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    private func at(_ milliseconds: UInt64) -> Instant {
        ConversationScheduleTests.at(milliseconds)
    }

    /// `+p` to begin a talk with p, `!p` for news to an open one.
    private func text(_ actions: [Schedule.Action]) -> String {
        let names = ["", "p", "q", "r"]
        return actions.map { action in
            switch action {
            case .talk(let peer): "+" + names[Int(peer)]
            case .news(let peer): "!" + names[Int(peer)]
            }
        }.joined(separator: " ")
    }

    @Test func `a peer found is called at once`() {
        var schedule = Schedule()
        schedule.peerFound(p, at: at(5), random: 0)
        #expect(schedule.nextDeadline == at(5))
        #expect(text(schedule.tick(at: at(5))) == "+p")
        #expect(schedule.isTalking(to: p))
        #expect(schedule.nextDeadline == nil)
        #expect(text(schedule.tick(at: at(100_000))) == "")
    }

    /// What the schedule says at each moment of a life of writing.
    @Test func `the pace follows write velocity`() {
        var schedule = ConversationScheduleTests.settled([p, q])
        schedule.localWrite(at: at(10))
        schedule.localWrite(at: at(11))
        #expect(schedule.nextDeadline == at(12))
        #expect(text(schedule.tick(at: at(11))) == "")
        #expect(text(schedule.tick(at: at(12))) == "+p +q")
        schedule.localWrite(at: at(13))
        #expect(text(schedule.tick(at: at(15))) == "!p !q")
        #expect(text(schedule.tick(at: at(16))) == "")
        schedule.conversationEnded(with: p, .parted(exchanged: true), hasNews: false, at: at(1020), random: 0)
        schedule.remoteNews(from: p, at: at(1020))
        #expect(schedule.nextDeadline == at(1028))
        #expect(text(schedule.tick(at: at(1028))) == "!q")
        schedule.remoteNews(from: q, at: at(1030))
        #expect(text(schedule.tick(at: at(1038))) == "+p")
    }

    @Test func `quiet doubles the pause up to half a minute`() {
        var schedule = ConversationScheduleTests.settled([p])
        var now = at(0)
        var pauses: [UInt64] = []
        for _ in 0..<10 {
            guard let next = schedule.nextDeadline else { break }
            pauses.append(next.since(now).wholeMilliseconds)
            now = next
            #expect(text(schedule.tick(at: now)) == "+p")
            schedule.conversationEnded(with: p, .parted(exchanged: false), hasNews: false, at: now, random: 1 << 62)
        }
        #expect(pauses.count == 10)
        let expected: [UInt64] = [187, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]
        for (pause, middle) in zip(pauses, expected) { #expect(pause * 4 >= middle * 3 && pause * 4 <= middle * 5) }
        schedule.localWrite(at: now)
        #expect(schedule.nextDeadline == now + .milliseconds(2))
    }

    @Test func `failures back off up to ten seconds, news or not`() {
        var schedule = ConversationScheduleTests.settled([p])
        var now = at(0)
        var failedAt = now
        var pauses: [UInt64] = []
        for _ in 0..<10 {
            schedule.localWrite(at: now)
            while text(schedule.tick(at: now)) == "", let next = schedule.nextDeadline { now = next }
            pauses.append(now.since(failedAt).wholeMilliseconds)
            schedule.conversationEnded(with: p, .failed, hasNews: true, at: now, random: 0)
            failedAt = now
        }
        #expect(pauses == [2, 75, 150, 300, 600, 1200, 2400, 4800, 7500, 7500])
        schedule.conversationEnded(with: p, .parted(exchanged: true), hasNews: true, at: now, random: 0)
        #expect(schedule.nextDeadline == now)
    }

    @Test func `no more talks than allowed run at once, and none is forgotten`() {
        let peers: [Schedule.Peer] = Array(0..<20)
        var schedule = ConversationScheduleTests.settled(peers)
        // Twenty peers do not all fit into one tick: the first eight were settled above.
        var seen: Set<Schedule.Peer> = []
        schedule.localWrite(at: at(1))
        var now = at(3)
        for _ in 0..<10 {
            let started = schedule.tick(at: now)
            #expect(started.count <= 8)
            for action in started {
                if case .talk(let peer) = action { seen.insert(peer) }
            }
            for peer in peers where schedule.isTalking(to: peer) {
                schedule.conversationEnded(with: peer, .parted(exchanged: false), hasNews: false, at: now, random: 0)
            }
            now = now + .milliseconds(1)
        }
        #expect(seen.count == 20)
    }

    @Test func `equal beacons keep a pair quiet`() {
        var schedule = ConversationScheduleTests.settled([p])
        schedule.localWrite(at: at(1))
        _ = schedule.tick(at: at(2))
        for second in stride(from: 1, to: 600, by: 5) as StrideTo<UInt64> {
            schedule.beacon(from: p, isEqual: true, at: at(second * 1000), random: second &* 0x9E37_79B9_7F4A_7C15)
            #expect(text(schedule.tick(at: at(second * 1000 + 4999))) == (second == 1 ? "+p" : ""))
            if second == 1 {
                schedule.conversationEnded(
                    with: p, .parted(exchanged: true), hasNews: false, at: at(1000), random: 0)
            }
        }
    }

    @Test func `an equal peer that has never been talked to is called nevertheless`() {
        var schedule = Schedule()
        schedule.peerFound(p, at: at(0), random: 7_000_000)
        schedule.beacon(from: p, isEqual: true, at: at(1), random: 0)
        #expect(text(schedule.tick(at: at(7))) == "+p")
    }

    @Test func `a beacon that differs leads to a talk soon`() {
        var schedule = ConversationScheduleTests.settled([p])
        schedule.beacon(from: p, isEqual: true, at: at(100), random: 0)
        schedule.beacon(from: p, isEqual: false, at: at(200), random: 5_000_000)
        #expect(schedule.nextDeadline == at(225))
        #expect(text(schedule.tick(at: at(225))) == "+p")
        schedule.beacon(from: p, isEqual: false, at: at(230), random: 0)
        #expect(text(schedule.tick(at: at(300))) == "")
    }

    @Test func `an accepted conversation gets the news instead of a new one`() {
        var schedule = ConversationScheduleTests.settled([p])
        schedule.conversationAccepted(from: p, at: at(10))
        schedule.localWrite(at: at(10))
        #expect(text(schedule.tick(at: at(12))) == "!p")
        schedule.conversationEnded(with: p, .parted(exchanged: true), hasNews: true, at: at(500), random: 0)
        #expect(text(schedule.tick(at: at(500))) == "+p")
    }

    @Test func `later news does not put off what is due`() {
        var schedule = ConversationScheduleTests.settled([p])
        schedule.remoteNews(from: nil, at: at(10))
        schedule.remoteNews(from: nil, at: at(15))
        #expect(schedule.nextDeadline == at(18))
        #expect(text(schedule.tick(at: at(18))) == "+p")
    }

    @Test func `who has caught up is not called`() {
        var schedule = ConversationScheduleTests.settled([p, q])
        schedule.remoteNews(from: nil, at: at(10))
        schedule.hasCaughtUp(p)
        #expect(text(schedule.tick(at: at(18))) == "+q")
    }

    @Test func `a busy peer is tried again soon without counting as failed`() {
        var schedule = ConversationScheduleTests.settled([p])
        schedule.localWrite(at: at(10))
        _ = schedule.tick(at: at(12))
        schedule.conversationEnded(with: p, .busy, hasNews: true, at: at(12), random: 0)
        #expect(schedule.nextDeadline == at(87))
    }

    @Test func `a peer that has returned is called at once`() {
        var schedule = ConversationScheduleTests.settled([p])
        for _ in 0..<8 { schedule.conversationEnded(with: p, .failed, hasNews: false, at: at(10), random: 0) }
        #expect(schedule.nextDeadline == at(7510))
        schedule.localWrite(at: at(187))
        #expect(text(schedule.tick(at: at(200))) == "")
        schedule.peerReturned(p, at: at(300))
        #expect(text(schedule.tick(at: at(300))) == "+p")
    }

    @Test func `news told to an attempt that fails is not lost`() {
        var schedule = ConversationScheduleTests.settled([p])
        #expect(text(schedule.tick(at: at(188))) == "+p")
        schedule.localWrite(at: at(190))
        #expect(text(schedule.tick(at: at(192))) == "!p")
        schedule.conversationEnded(with: p, .failed, hasNews: false, at: at(193), random: 0)
        #expect(schedule.nextDeadline == at(268))
        #expect(text(schedule.tick(at: at(268))) == "+p")
        schedule.conversationEnded(with: p, .busy, hasNews: false, at: at(270), random: 0)
        #expect(schedule.nextDeadline == at(345))
    }

    @Test func `a lost peer frees its place and is not called again`() {
        var schedule = ConversationScheduleTests.settled([p])
        schedule.localWrite(at: at(10))
        _ = schedule.tick(at: at(12))
        schedule.peerLost(p)
        schedule.conversationEnded(with: p, .failed, hasNews: true, at: at(13), random: 0)
        #expect(schedule.nextDeadline == nil)
        #expect(schedule.peers == [])
    }

    @Test func `two names of one peer become one, with its conversation`() {
        var schedule = ConversationScheduleTests.settled([p, q])
        schedule.localWrite(at: at(10))
        #expect(text(schedule.tick(at: at(12))) == "+p +q")
        schedule.peerIdentified(q, as: p, at: at(13))
        #expect(schedule.peers == [p])
        schedule.conversationEnded(with: p, .parted(exchanged: true), hasNews: false, at: at(20), random: 0)
        #expect(!schedule.isTalking(to: p))
        schedule.peerIdentified(p, as: r, at: at(21))
        #expect(schedule.peers == [r])
        schedule.localWrite(at: at(30))
        #expect(text(schedule.tick(at: at(32))) == "+r")
    }
}
