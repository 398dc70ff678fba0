// Three nodes on three ports, told of one another by address. Each takes writes; all end equal.

import Starling

@main
struct ThreePeers {
    static func main() async throws {
        var nodes: [Node] = []
        for name in ["london", "paris", "oslo"] {
            var configuration = NodeConfiguration(name: name)
            configuration.port = 0
            configuration.cluster = "three-peers"
            configuration.peers = nodes.map(\.address)  // the first ones; the rest follows from there
            nodes.append(try await Node.open(at: ".build/three-peers-data/\(name)", configuration: configuration))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask { try await node.run() }
            }
            for node in nodes {
                // Returns when both others are known to hold the write durably.
                try await node.put("from \(node.name)", for: "hello:\(node.name)", acknowledgedBy: 2)
            }
            for node in nodes {
                print("on \(node.name), \(node.address):")
                for try await entry in node.entries(in: .prefix("hello:")) {
                    print("  \(entry.key) = \(entry.value)")
                }
            }
            for node in nodes { node.beginShutdown() }
            try await group.waitForAll()
        }
    }
}
