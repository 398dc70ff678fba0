import Glibc
import Platform
import PosixPlatform
import Testing

struct MulticastTests {
    /// A port of this process's own, so that test runs side by side do not hear each other.
    private static let port = UInt16(20_000 + getpid() % 20_000)

    @Test func `a datagram reaches both members, its sender too, from an address that can be dialled`() throws {
        let first = try Party()
        let second = try Party()
        let group = MulticastGroup(address: NetworkAddress(host: "239.77.83.9", port: Self.port))
        try first.network.joinMulticast(group, interface: "127.0.0.1")
        try second.network.joinMulticast(group, interface: "lo")
        first.network.sendMulticast([1, 2, 3].span)
        take(first, second, until: { !first.datagrams.isEmpty && !second.datagrams.isEmpty })
        #expect(second.datagrams.map(\.bytes) == [[1, 2, 3]])
        #expect(second.datagrams[0].from.host == "127.0.0.1")
        #expect(first.datagrams.map(\.bytes) == [[1, 2, 3]])
    }

    @Test func `without a named interface all are used, the loopback among them`() throws {
        let first = try Party()
        let second = try Party()
        let group = MulticastGroup(address: NetworkAddress(host: "239.77.83.10", port: Self.port))
        try first.network.joinMulticast(group, interface: nil)
        try second.network.joinMulticast(group, interface: nil)
        second.network.sendMulticast([7].span)
        let isLocal = { (party: Party) in party.datagrams.contains { $0.from.host == "127.0.0.1" } }
        take(first, second, until: { isLocal(first) && isLocal(second) })
        let own = Set(first.network.localHosts())
        #expect(first.datagrams.allSatisfy { $0.bytes == [7] && own.contains($0.from.host) })
    }

    @Test func `the longest datagram arrives whole`() throws {
        let party = try Party()
        let group = MulticastGroup(address: NetworkAddress(host: "239.77.83.11", port: Self.port))
        try party.network.joinMulticast(group, interface: "lo")
        let longest = (0..<65_507).map { UInt8(truncatingIfNeeded: $0) }
        party.network.sendMulticast(longest.span)
        take(party, until: { party.datagrams.count == 1 })
        #expect(party.datagrams.first?.bytes == longest)
    }

    @Test(arguments: ["10.0.0.1", "not numeric", "ff02::1"])
    func `a group that is not IPv4 multicast is refused`(host: String) throws {
        let group = MulticastGroup(address: NetworkAddress(host: host, port: Self.port))
        #expect(throws: SystemCallError.self) { try Party().network.joinMulticast(group, interface: nil) }
    }

    @Test func `an interface that does not exist is refused`() throws {
        let group = MulticastGroup(address: NetworkAddress(host: "239.77.83.12", port: Self.port))
        let error = #expect(throws: SystemCallError.self) {
            try Party().network.joinMulticast(group, interface: "nowhere0")
        }
        #expect(error?.reason.contains("nowhere0") == true)
    }
}
