import Causality
import Testing

struct PeerIDTests {
    @Test(arguments: [0, 1, 0xABC, 0x8000_0000_0000_0000, UInt64.max])
    func `what is written is read back`(bits: UInt64) {
        let peer = PeerID(rawValue: bits)
        #expect(peer.description.utf8.count == 16)
        #expect(PeerID(parsing: peer.description) == peer)
    }

    @Test(arguments: [
        "", "0", "000000000000000", "00000000000000000", "+000000000000001", "-000000000000001", "00000000000000AB",
        "000000000000000g", " 00000000000000a", "0x00000000000001",
    ])
    func `no other spelling is read`(text: String) {
        #expect(PeerID(parsing: text) == nil)
    }

    @Test func `dots are ordered by peer and then by sequence`() {
        let dots = [(1, 2), (1, 10), (2, 1), (2, 3)].map { Dot(peer: PeerID(rawValue: $0), sequence: $1) }
        #expect(dots.reversed().sorted() == dots)
        #expect(dots[1].description == "0000000000000001:10")
    }
}
