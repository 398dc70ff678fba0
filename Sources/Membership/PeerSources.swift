/// How a peer has become known; often in several ways.
package struct PeerSources: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Configured.
    package static let configured = PeerSources(rawValue: 1)
    /// A beacon was heard.
    package static let multicast = PeerSources(rawValue: 2)
    /// Another peer told of it.
    package static let gossip = PeerSources(rawValue: 4)
    /// Added at run time.
    package static let application = PeerSources(rawValue: 8)
    /// It has connected to this node.
    package static let greeting = PeerSources(rawValue: 16)
    /// An earlier process of this node knew it.
    package static let remembered = PeerSources(rawValue: 32)

    /// A person or the application has named it.
    package static let meant: PeerSources = [.configured, .application]

    /// The words for people, in a fixed order.
    package var names: [String] {
        let all: [(PeerSources, String)] = [
            (.configured, "static"), (.multicast, "multicast"), (.gossip, "gossip"), (.application, "application"),
            (.greeting, "greeting"), (.remembered, "remembered"),
        ]
        return all.filter { self.contains($0.0) }.map(\.1)
    }
}
