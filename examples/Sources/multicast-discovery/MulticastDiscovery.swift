// Two nodes that are given no addresses find each other by multicast.

import Starling

@main
struct MulticastDiscovery {
    static func main() async throws {
        var nodes: [Node] = []
        for name in ["left", "right"] {
            var configuration = NodeConfiguration(name: name)
            configuration.port = 0
            configuration.cluster = "multicast-discovery"
            configuration.discovery = .multicast()
            nodes.append(try await Node.open(at: ".build/multicast-data/\(name)", configuration: configuration))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask { try await node.run() }
            }
            for await event in nodes[0].events {
                if case .peerFound(let name, let address) = event {
                    print("\(nodes[0].name) heard \(name) at \(address)")
                }
                if case .connected(_, let name) = event {
                    print("\(nodes[0].name) talked to \(name)")
                    break
                }
            }
            for node in nodes { node.beginShutdown() }
            try await group.waitForAll()
        }
    }
}
