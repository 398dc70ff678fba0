import Membership
import Platform
import Testing

@Suite struct PeerAddressListTests {
    @Test func `lists are read as people write them`() throws {
        let addresses = try PeerAddressList.parse([
            "10.0.0.1:9001,10.0.0.2", " db.example.com:7000  [::1]:9002 ,, fe80::1%eth0 ", "10.0.0.2:9000", "",
        ])
        #expect(
            addresses.map(\.description) == [
                "10.0.0.1:9001", "10.0.0.2:9000", "db.example.com:7000", "[::1]:9002", "[fe80::1%eth0]:9000",
            ])
    }

    @Test(arguments: ["host:0", "host:65536", "host:", ":9000", "ho$t:1", "[::1", "a/b", "h\u{0}st"])
    func `the error names the entry that is wrong`(entry: String) {
        #expect(throws: PeerAddressList.ParsingError.entry(entry)) {
            try PeerAddressList.parse(["10.0.0.1,\(entry) 10.0.0.3"])
        }
    }

    @Test func `a list has a bound`() {
        let list = (0...PeerAddressList.maximumCount).map { "h\($0)" }.joined(separator: ",")
        #expect(throws: PeerAddressList.ParsingError.tooMany) { try PeerAddressList.parse([list]) }
    }
}
