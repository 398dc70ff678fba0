package import Platform

/// A list of peers as people write it: `host:port` or `host`, separated by commas or spaces.
package enum PeerAddressList {
    /// The port of an entry that names none.
    package static let defaultPort: UInt16 = 9000
    /// Entries in one list.
    package static let maximumCount = 1024

    /// Why a list cannot be used.
    package enum ParsingError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The entry is not an address.
        case entry(String)
        /// There are more than ``PeerAddressList/maximumCount``.
        case tooMany

        package var description: String {
            switch self {
            case .entry(let text): "\"\(text)\" is not a peer's address; write host:port, such as 10.0.0.2:9000"
            case .tooMany: "more than \(PeerAddressList.maximumCount) peers"
            }
        }
    }

    /// Reads all lists together, as a repeated flag gives them; each address once, in order.
    package static func parse(_ lists: [String]) throws(ParsingError) -> [NetworkAddress] {
        var addresses: [NetworkAddress] = []
        for list in lists {
            for entry in list.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                guard let address = NetworkAddress(parsing: entry, defaultPort: PeerAddressList.defaultPort),
                    PeerAddressList.isHost(address.host)
                else { throw .entry(String(entry.prefix(100))) }
                guard !addresses.contains(address) else { continue }
                guard addresses.count < PeerAddressList.maximumCount else { throw .tooMany }
                addresses.append(address)
            }
        }
        return addresses
    }

    /// Whether the text has only what names and numeric addresses are made of. `%` begins the zone of a
    /// link-local address.
    private static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: ":"), UInt8(ascii: "%"):
                true
            default:
                false
            }
        }
    }
}
