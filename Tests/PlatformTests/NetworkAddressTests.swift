import Platform
import Testing

struct NetworkAddressTests {
    @Test(
        arguments: [
            ("localhost:9000", "localhost", 9000), ("127.0.0.1:1", "127.0.0.1", 1), ("[::1]:65535", "::1", 65535),
            ("node-1.example.org:7001", "node-1.example.org", 7001),
        ] as [(String, String, UInt16)])
    func `a host and a port are read and written back`(text: String, host: String, port: UInt16) {
        let address = NetworkAddress(parsing: text)
        #expect(address == NetworkAddress(host: host, port: port))
        #expect(address?.description == text)
    }

    @Test(arguments: [("host", "host"), ("::1", "::1"), ("fe80::1:2", "fe80::1:2"), ("[::1]", "::1")])
    func `a bare host takes the default port, if there is one`(text: String, host: String) {
        #expect(NetworkAddress(parsing: text, defaultPort: 9000) == NetworkAddress(host: host, port: 9000))
        #expect(NetworkAddress(parsing: text) == nil)
    }

    @Test(arguments: [
        "", ":", ":9000", "host:", "host:0", "host:65536", "host:-1", "host:+80", "host:80 ", "ho st:80", "host:8o",
        "[::1", "[::1]9000", "[]:80", "http://host:80", "a:b:g", "host\u{0}:80", "host\n:80", "\u{7F}:80",
        String(repeating: "h", count: 254) + ":80",
    ])
    func `anything else is refused`(text: String) {
        #expect(NetworkAddress(parsing: text, defaultPort: 9000) == nil)
    }
}
