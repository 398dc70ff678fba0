/// Where a socket can be reached: a numeric host, or a name still to be resolved, and a port.
package struct NetworkAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// A numeric IPv4 or IPv6 address without brackets, or a DNS name.
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `host:port`, with brackets around an IPv6 host.
    package var description: String {
        self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    package static func < (left: NetworkAddress, right: NetworkAddress) -> Bool {
        (left.host, left.port) < (right.host, right.port)
    }

    /// Reads `host:port`, `[v6]:port`, or a bare `host` if there is a default port.
    ///
    /// Returns nil when the text is none of these, or the port is not in 1...65535.
    package init?(parsing text: some StringProtocol, defaultPort: UInt16? = nil) {
        let text = String(text)
        var host = Substring(text)
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":") else { return nil }
                portText = rest.dropFirst()
            }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            portText = text[text.index(after: colon)...]
            // More than one colon without brackets is a bare IPv6 address.
            if host.contains(":") {
                host = Substring(text)
                portText = nil
            }
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            !host.contains(":") || NetworkAddress.mayBeIPv6(host)
        else { return nil }
        if let portText {
            guard portText.utf8.first != UInt8(ascii: "+"), let port = UInt16(portText), port > 0 else { return nil }
            self.init(host: String(host), port: port)
        } else {
            guard let defaultPort else { return nil }
            self.init(host: String(host), port: defaultPort)
        }
    }

    /// Whether a host with colons is written as an IPv6 address, perhaps with a zone, and not as a URL or the like.
    private static func mayBeIPv6(_ host: Substring) -> Bool {
        host.prefix { $0 != "%" }.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "."): true
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
            default: false
            }
        }
    }
}
