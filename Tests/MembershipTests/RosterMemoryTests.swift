import ByteCoding
import Causality
import Membership
import Platform
import Testing

@Suite struct RosterMemoryTests {
    private let now = Instant(nanoseconds: 1_000_000_000)
    private let own = PeerID(rawValue: 100)

    private func peer(_ value: UInt64) -> PeerID { PeerID(rawValue: value) }
    private func address(_ last: Int) -> NetworkAddress { NetworkAddress(host: "10.0.0.\(last)", port: 9000) }

    private func known(_ value: UInt64, at last: Int) -> RosterMemory.Peer {
        RosterMemory.Peer(peer: peer(value), name: "n\(value)", addresses: [address(last)])
    }

    private var memory: RosterMemory {
        var memory = RosterMemory()
        memory.members = [known(1, at: 1), known(2, at: 2)]
        memory.departed = [peer(7)]
        var voids = SequenceSet()
        voids.insert(3...5)
        voids.insert(9...9)
        memory.forgotten = [ForgottenPeer(peer: known(8, at: 8), voids: voids)]
        memory.suspended = [Suspension(peer: peer(2), attempt: 5, coordinator: peer(1))]
        memory.isRejoining = true
        return memory
    }

    private func roster(_ memory: RosterMemory, isHearsay: Bool = false) -> (Roster, [Roster.Action]) {
        var roster = Roster(ownPeer: own)
        let actions = roster.remember(memory, ownName: "me", isHearsay: isHearsay, at: now)
        return (roster, actions)
    }

    @Test func `what is stored is read again, and no part of it alone is`() throws {
        let bytes = memory.encoded
        #expect(try RosterMemory(bytes) == memory)
        for length in bytes.indices {
            #expect(throws: DecodingError.self) { try RosterMemory(Array(bytes.prefix(length))) }
        }
        #expect(throws: DecodingError.self) { try RosterMemory(bytes + [0]) }
        #expect(try RosterMemory(RosterMemory().encoded) == RosterMemory())
    }

    @Test func `members that were known count again before they are heard`() throws {
        let (roster, actions) = roster(memory)
        #expect(roster.peers == [peer(1), peer(2)])
        let joined = actions.filter { if case .joined = $0 { true } else { false } }
        #expect(joined == [.joined(peer(1)), .joined(peer(2))])
        let member = try #require(roster.member(with: peer(2)))
        #expect(!member.isReachable && member.name == "n2" && member.sources == .remembered)
        #expect(roster.dialAddress(of: member.id) == address(2))
        #expect(roster.suspension(of: peer(2))?.attempt == 5)
        var again = roster.memory
        again.isRejoining = true
        #expect(again == memory)
    }

    @Test func `of a copied directory members are called, and count once they have greeted`() throws {
        var (roster, actions) = roster(memory, isHearsay: true)
        #expect(roster.peers == [])
        #expect(roster.isForgotten(peer(8)))
        #expect(roster.suspended.isEmpty)
        let id = try #require(roster.member(at: address(1))?.id)
        #expect(actions.contains(.found(id)))
        let identity = PeerIdentity(peer: peer(1), name: "n1", advertised: address(1), predecessors: [])
        actions = roster.greeted(identity, dialled: id, seenAt: address(1), at: now).actions
        #expect(actions == [.joined(peer(1)), .connected(id)])
        // The other is dropped when it never answers.
        #expect(roster.tick(at: now + .seconds(600)).count == 1)
        #expect(roster.peers == [peer(1)])
    }

    @Test func `who bears this node's own name or peer ID is what it was before`() {
        var memory = RosterMemory()
        memory.members = [
            RosterMemory.Peer(peer: peer(1), name: "me", addresses: [address(1)]),
            RosterMemory.Peer(peer: own, name: "n", addresses: [address(2)]),
        ]
        #expect(roster(memory).0.members.isEmpty)
    }

    @Test func `when the memory turns out to be another's, those not talked to count no longer`() throws {
        var (roster, _) = roster(memory)
        let id = try #require(roster.member(with: peer(1))?.id)
        let identity = PeerIdentity(peer: peer(1), name: "n1", advertised: address(1), predecessors: [])
        _ = roster.greeted(identity, dialled: id, seenAt: address(1), at: now)
        let actions = roster.doubtMemory()
        #expect(actions == [.departed(peer(2))])
        #expect(roster.peers == [peer(1)])
        let more = roster.doubtMemory()
        #expect(more == [])
    }

    @Test func `a forgotten peer is not accepted, and its address is free for another`() throws {
        var roster = Roster(ownPeer: own)
        _ = roster.add(address(1), source: .configured, at: now)
        let id = try #require(roster.members.first?.id)
        let identity = PeerIdentity(peer: peer(1), name: "n1", advertised: address(1), predecessors: [])
        _ = roster.greeted(identity, dialled: id, seenAt: address(1), at: now)
        #expect(roster.suspend(Suspension(peer: peer(1), attempt: 3, coordinator: peer(4))) == true)
        #expect(roster.forget(peer(1)) == [.departed(peer(1))])
        #expect(roster.suspension(of: peer(1)) == nil)
        #expect(roster.isVacant(try #require(roster[id])))
        #expect(roster.dialAddress(of: id) == address(1))
        #expect(roster.greeted(identity, dialled: id, seenAt: address(1), at: now).member == nil)
        #expect(roster.heard(of: peer(1), name: "n1", at: address(5), at: now) == [])
        let new = PeerIdentity(peer: peer(2), name: "n1", advertised: address(1), predecessors: [peer(1)])
        #expect(roster.greeted(new, dialled: id, seenAt: address(1), at: now).member == id)
        #expect(roster[id].map { roster.isVacant($0) } == false)
        #expect(roster.forget(own) == [])
    }

    @Test func `an attempt ends, or its maker has another peer ID or is gone`() {
        var roster = Roster(ownPeer: own)
        #expect(roster.suspend(Suspension(peer: peer(1), attempt: 3, coordinator: peer(4))) == true)
        #expect(roster.suspend(Suspension(peer: peer(2), attempt: 4, coordinator: peer(5))) == true)
        #expect(roster.suspend(Suspension(peer: peer(1), attempt: 6, coordinator: peer(4))) == true)
        #expect(roster.endAttempt(3) == false)
        roster.renameCoordinator(peer(4), to: peer(14))
        #expect(roster.endAttempts(of: peer(4)) == false)
        #expect(roster.endAttempts(of: peer(14)) == true)
        #expect(roster.endAttempt(4) == true)
        #expect(roster.suspended.isEmpty)
    }
}
