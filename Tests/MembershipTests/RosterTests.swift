import Causality
import Membership
import Platform
import TestSupport
import Testing

@Suite struct RosterTests {
    private let now = Instant(nanoseconds: 1_000_000_000)
    private let own = PeerID(rawValue: 100)

    private func address(_ last: Int, port: UInt16 = 9000) -> NetworkAddress {
        NetworkAddress(host: "10.0.0.\(last)", port: port)
    }

    private func peer(_ value: UInt64) -> PeerID {
        PeerID(rawValue: value)
    }

    private func identity(_ peer: UInt64, _ name: String, at last: Int, before: [UInt64] = []) -> PeerIdentity {
        PeerIdentity(
            peer: PeerID(rawValue: peer), name: name, advertised: address(last),
            predecessors: before.map { PeerID(rawValue: $0) })
    }

    private func beacon(_ peer: UInt64, counter: UInt64 = 1, host: String = "") -> Beacon {
        Beacon(
            cluster: "tour", peer: PeerID(rawValue: peer), incarnation: 1, name: "p\(peer)",
            advertised: NetworkAddress(host: host, port: 9000), stateHash: 0, counter: counter)
    }

    /// A roster with a member that was dialled at 10.0.0.`last` and has greeted.
    private func greeted(_ roster: inout Roster, _ peer: UInt64, _ name: String, at last: Int) throws -> Member.ID {
        _ = roster.add(address(last), source: .configured, at: now)
        let id = try #require(roster.member(at: address(last))?.id)
        let (member, _) = roster.greeted(
            identity(peer, name, at: last), dialled: id, seenAt: address(last), at: now)
        return try #require(member)
    }

    @Test func `a configured address is a member to talk to, once`() throws {
        var roster = Roster(ownPeer: own)
        let actions = roster.add(address(1), source: .configured, at: now)
        let id = try #require(roster.members.first?.id)
        #expect(actions == [.found(id)])
        #expect(roster.add(address(1), source: .application, at: now) == [])
        #expect(roster.dialAddress(of: id) == address(1))
        #expect(roster.members.first?.sources == [.configured, .application])
        #expect(roster.peers == [])
    }

    @Test func `a greeting tells who is there`() throws {
        var roster = Roster(ownPeer: own)
        _ = roster.add(address(1), source: .configured, at: now)
        let id = try #require(roster.members.first?.id)
        let (member, actions) = roster.greeted(identity(1, "a", at: 1), dialled: id, seenAt: address(1), at: now)
        #expect(member == id)
        #expect(actions == [.joined(peer(1)), .connected(id)])
        #expect(roster.member(with: peer(1))?.name == "a")
        #expect(roster.greeted(identity(1, "a", at: 1), dialled: id, seenAt: address(1), at: now).actions == [])
        #expect(roster.failed(id, reason: "refused") == [.disconnected(id, reason: "refused")])
        #expect(roster.failed(id, reason: "refused") == [])
        #expect(roster[id]?.lastFailure == "refused")
    }

    @Test func `several addresses of one peer become one member`() throws {
        var roster = Roster(ownPeer: own)
        let first = try greeted(&roster, 1, "a", at: 1)
        _ = roster.add(address(2), source: .configured, at: now)
        let second = try #require(roster.member(at: address(2))?.id)
        let (member, actions) = roster.greeted(identity(1, "a", at: 1), dialled: second, seenAt: address(2), at: now)
        #expect(member == first)
        #expect(actions == [.collapsed(second, into: first)])
        #expect(roster.members.count == 1)
        #expect(roster[first]?.addresses == [address(2), address(1)])
        _ = roster.failed(first, reason: "timeout")
        #expect(roster.dialAddress(of: first) == address(1))
    }

    @Test func `an address that is one's own is skipped for good`() throws {
        var roster = Roster(ownPeer: own)
        _ = roster.add(address(1), source: .configured, at: now)
        let id = try #require(roster.members.first?.id)
        #expect(roster.foundItself(at: address(1)) == [.removed(id)])
        #expect(roster.add(address(1), source: .configured, at: now) == [])
        #expect(roster.heard(of: peer(5), name: "x", at: address(1), at: now) == [])
        #expect(roster.greeted(identity(100, "me", at: 3), dialled: nil, seenAt: address(3), at: now).member == nil)
        #expect(roster.members.isEmpty)
    }

    @Test func `a named predecessor leaves at once and does not come back by hearsay`() throws {
        var roster = Roster(ownPeer: own)
        let id = try greeted(&roster, 1, "a", at: 1)
        let (member, actions) = roster.greeted(
            identity(2, "a", at: 7, before: [1]), dialled: nil, seenAt: address(7, port: 5555), at: now)
        #expect(member == id)
        #expect(actions == [.replaced(peer(1), by: peer(2)), .joined(peer(2))])
        #expect(roster.peers == [peer(2)])
        #expect(roster.heard(of: peer(1), name: "a", at: address(9), at: now) == [])
        #expect(roster.heard(beacon(1), from: address(9), at: now).member == nil)
        #expect(roster.members.count == 1)
    }

    @Test func `a copy of another node's directory does not take that node's place`() throws {
        var roster = Roster(ownPeer: own)
        let origin = try greeted(&roster, 1, "a", at: 1)
        let (member, actions) = roster.greeted(
            identity(2, "b", at: 2, before: [1]), dialled: nil, seenAt: address(2), at: now)
        #expect(member != origin)
        #expect(!actions.contains(.replaced(peer(1), by: peer(2))))
        #expect(roster.peers == [peer(1), peer(2)])
        #expect(roster.dialAddress(of: origin) == address(1))
        // Nor while it cannot be reached: it is still called there.
        _ = roster.failed(origin, reason: "refused")
        _ = roster.greeted(identity(2, "b", at: 2, before: [1]), dialled: nil, seenAt: address(2), at: now)
        #expect(roster.dialAddress(of: origin) == address(1))
    }

    @Test func `a new identity under the same name replaces one that is gone, not one that answers`() throws {
        var roster = Roster(ownPeer: own)
        let id = try greeted(&roster, 1, "a", at: 1)
        _ = roster.greeted(identity(2, "a", at: 2), dialled: nil, seenAt: address(2), at: now)
        #expect(roster.peers == [peer(1), peer(2)])
        _ = roster.failed(id, reason: "refused")
        let (_, actions) = roster.greeted(identity(3, "a", at: 3), dialled: nil, seenAt: address(3), at: now)
        #expect(actions.contains(.replaced(peer(1), by: peer(3))))
        #expect(roster.peers == [peer(2), peer(3)])
        // The same address is the same node, answering or not.
        let (_, again) = roster.greeted(identity(4, "a", at: 2), dialled: nil, seenAt: address(2), at: now)
        #expect(again.contains(.replaced(peer(2), by: peer(4))))
        // Those who have not heard of it yet do not bring back who was there before.
        #expect(roster.heard(of: peer(2), name: "a", at: address(9), at: now) == [])
        #expect(roster.member(at: address(9)) == nil)
    }

    @Test func `another node at a known address takes the address only`() throws {
        var roster = Roster(ownPeer: own)
        let id = try greeted(&roster, 1, "a", at: 1)
        let (member, actions) = roster.greeted(identity(2, "b", at: 1), dialled: id, seenAt: address(1), at: now)
        let other = try #require(member)
        #expect(other != id)
        #expect(actions == [.found(other), .joined(peer(2)), .connected(other)])
        #expect(roster.dialAddress(of: id) == nil)
        #expect(roster.dialAddress(of: other) == address(1))
        #expect(roster.peers == [peer(1), peer(2)])
    }

    // Seed 9100632: a twin had held the address for a while, and nobody called there again.
    @Test func `who has no address is tried at one that another has beside its own`() throws {
        var roster = Roster(ownPeer: own)
        let one = try greeted(&roster, 1, "a", at: 1)
        let other = try greeted(&roster, 2, "b", at: 2)
        _ = roster.greeted(identity(1, "a", at: 1), dialled: other, seenAt: address(2), at: now)
        #expect(roster[one]?.addresses == [address(2), address(1)])
        #expect(roster.dialAddress(of: other) == nil)
        #expect(roster.heard(of: peer(2), name: "b", at: address(2), at: now) == [])
        #expect(roster[one]?.addresses == [address(1)])
        #expect(roster.dialAddress(of: other) == address(2))
        // The last address of one is not given away for hearsay.
        #expect(roster.heard(of: peer(2), name: "b", at: address(1), at: now) == [])
        #expect(roster.dialAddress(of: one) == address(1))
    }

    // Seed 820094351: nobody could ever be met there, and tombstones waited for somebody all the same.
    @Test func `who loses the address that was named counts as named no longer`() throws {
        var roster = Roster(ownPeer: own)
        let one = try greeted(&roster, 1, "a", at: 1)
        _ = roster.heard(of: peer(1), name: "a", at: address(7), at: now)
        #expect(roster[one]?.addresses == [address(1), address(7)])
        let (found, _) = roster.greeted(identity(2, "b", at: 1), dialled: one, seenAt: address(1), at: now)
        let other = try #require(found)
        #expect(roster[one]?.addresses == [address(7)])
        #expect(roster[one]?.isMeant == false)
        #expect(roster[other]?.isMeant == true)
    }

    @Test func `a beacon finds a peer, and an old one says nothing`() throws {
        var roster = Roster(ownPeer: own)
        let (found, actions) = roster.heard(beacon(1, counter: 5), from: address(1, port: 33_333), at: now)
        let id = try #require(found)
        #expect(actions == [.found(id)])
        #expect(roster.dialAddress(of: id) == address(1))
        #expect(roster.heard(beacon(1, counter: 5), from: address(1), at: now).member == nil)
        #expect(roster.heard(beacon(1, counter: 6), from: address(1), at: now).member == id)
        #expect(roster.heard(beacon(1, counter: 7, host: "10.0.0.8"), from: address(1), at: now).actions == [])
        #expect(roster[id]?.addresses == [address(1), address(8)])
        #expect(roster.peers == [])
    }

    @Test func `what others tell is believed only until the peer speaks for itself`() throws {
        var roster = Roster(ownPeer: own)
        #expect(roster.heard(of: peer(1), name: "a", at: address(1), at: now).count == 1)
        let id = try #require(roster.member(at: address(1))?.id)
        let (member, actions) = roster.greeted(identity(2, "b", at: 1), dialled: id, seenAt: address(1), at: now)
        #expect(member == id)
        #expect(actions == [.joined(peer(2)), .connected(id)])
        // Someone still says that it is peer 1: the address is taken, so nothing is added.
        #expect(roster.heard(of: peer(1), name: "a", at: address(1), at: now) == [])
        #expect(roster.heard(beacon(1), from: address(1), at: now).member == nil)
        #expect(roster.members.count == 1)
    }

    @Test func `hearsay wears off and never crowds out what is configured`() throws {
        var roster = Roster(ownPeer: own)
        _ = try greeted(&roster, 1, "a", at: 1)
        _ = roster.add(address(2), source: .configured, at: now)
        for number in 0..<1200 {
            let host = "10.1.\(number / 250).\(number % 250)"
            _ = roster.heard(
                of: peer(UInt64(1000 + number)), name: "x", at: NetworkAddress(host: host, port: 1), at: now)
        }
        #expect(roster.members.count == RosterLimits.members)
        var deadline = roster.nextDeadline
        #expect(deadline == now + RosterLimits.hearsay)
        let actions = roster.tick(at: now + RosterLimits.hearsay)
        #expect(actions.count == RosterLimits.members - 2)
        #expect(roster.members.map { $0.addresses.first } == [address(1), address(2)])
        deadline = roster.nextDeadline
        #expect(deadline == nil)
    }

    @Test func `a cut link is not dialled until it is healed`() throws {
        var roster = Roster(ownPeer: own)
        let id = try greeted(&roster, 1, "a", at: 1)
        roster.cut(address(1))
        #expect(roster.isCut(id))
        #expect(roster.dialAddress(of: id) == nil)
        roster.heal(address(1))
        #expect(roster.dialAddress(of: id) == address(1))
        roster.cut(NetworkAddress(host: "localhost", port: 9001))
        _ = roster.add(NetworkAddress(host: "127.0.0.1", port: 9001), source: .configured, at: now)
        let local = try #require(roster.member(at: NetworkAddress(host: "localhost", port: 9001)))
        #expect(roster.isCut(local.id))
    }

    @Test func `a name stands for all its addresses and is resolved again`() throws {
        var roster = Roster(ownPeer: own)
        let name = NetworkAddress(host: "db.example.com", port: 9000)
        #expect(roster.add(name, source: .configured, at: now) == [.resolve(name)])
        roster.resolutionFailed(name, reason: "no such host", at: now)
        #expect(roster.names.first?.failure == "no such host")
        #expect(roster.tick(at: now) == [])
        var deadline = roster.nextDeadline
        #expect(deadline == now + .milliseconds(250))
        roster.resolutionFailed(name, reason: "no such host", at: now)
        deadline = roster.nextDeadline
        #expect(deadline == now + .milliseconds(500))
        for _ in 0..<100 { roster.resolutionFailed(name, reason: "no such host", at: now) }
        deadline = roster.nextDeadline
        #expect(deadline == now + .seconds(30))
        #expect(roster.tick(at: now + .seconds(30)) == [.resolve(name)])
        #expect(roster.resolved(name, to: [address(1), address(2)], at: now).count == 2)
        #expect(roster.resolved(name, to: [address(2), address(3)], at: now).count == 2)
        #expect(roster.members.flatMap(\.addresses) == [address(2), address(3)])
        #expect(roster.resolved(NetworkAddress(host: "other", port: 1), to: [address(4)], at: now) == [])
    }

    @Test func `a forgotten member is gone for good`() throws {
        var roster = Roster(ownPeer: own)
        let id = try greeted(&roster, 1, "a", at: 1)
        #expect(roster.forget(peer(1)) == [.departed(peer(1))])
        #expect(roster.heard(of: peer(1), name: "a", at: address(1), at: now) == [])
        #expect(roster.peers == [])
        // The address stays, for it was configured; who was only heard of goes with it.
        #expect(roster[id]?.peer == nil)
        let other = identity(2, "b", at: 2)
        let member = roster.greeted(other, dialled: nil, seenAt: address(2), at: now).member
        #expect(roster.forget(peer(2)) == [.removed(try #require(member)), .departed(peer(2))])
    }

    /// Random lives: the invariants of ``Roster`` hold after each step.
    @Test(arguments: 0..<60 as Range<UInt64>) func `no address and no identity ever belongs to two`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var roster = Roster(ownPeer: own)
        _ = roster.addOwn(address(0))
        var known: Set<Member.ID> = []
        var admitted: Set<PeerID> = []
        for step in 0..<200 {
            let at = now + .seconds(UInt64(step))
            let target = address(random.below(6))
            let id = UInt64(1 + random.below(5))
            let actions: [Roster.Action]
            switch random.below(8) {
            case 0: actions = roster.add(target, source: .configured, at: at)
            case 1: actions = roster.heard(of: peer(id), name: "n", at: target, at: at)
            case 2: actions = roster.heard(beacon(id, counter: UInt64(step)), from: target, at: at).actions
            case 3, 4:
                let member = roster.members.isEmpty ? nil : roster.members[random.below(roster.members.count)]
                let dialled = random.below(2) == 0 ? member : nil
                let seen = dialled?.addresses.first ?? target
                let who = identity(
                    id, "n\(random.below(3))", at: random.below(6),
                    before: random.below(4) == 0 ? [UInt64(1 + random.below(5))] : [])
                actions = roster.greeted(who, dialled: dialled?.id, seenAt: seen, at: at).actions
            case 5: actions = roster.members.first.map { roster.failed($0.id, reason: "x") } ?? []
            case 6:
                actions = random.below(10) == 0 ? (roster.peers.last.map { roster.forget($0) } ?? []) : []
            default: actions = roster.tick(at: at)
            }
            for action in actions {
                switch action {
                case .found(let id): #expect(known.insert(id).inserted)
                case .removed(let id): #expect(known.remove(id) != nil)
                case .collapsed(let id, let other):
                    #expect(known.remove(id) != nil)
                    #expect(known.contains(other))
                case .joined(let peer): #expect(admitted.insert(peer).inserted)
                case .replaced(let peer, _), .departed(let peer): #expect(admitted.remove(peer) != nil)
                case .resolve, .connected, .disconnected: break
                }
            }
            let addresses = roster.members.flatMap(\.addresses)
            #expect(Set(addresses).count == addresses.count)
            #expect(!addresses.contains(address(0)))
            #expect(admitted.sorted() == roster.peers)
            #expect(known == Set(roster.members.map(\.id)))
            #expect(roster.members.map(\.id) == roster.members.map(\.id).sorted())
        }
    }
}
