// A running cluster switches to leader mode and back: one order for all writes, and reads of the latest.

import Starling

@main
struct LeaderModeExample {
    static func main() async throws {
        var nodes: [Node] = []
        for name in ["london", "paris", "oslo"] {
            var configuration = NodeConfiguration(name: name)
            configuration.port = 0
            configuration.cluster = "leader-mode"
            configuration.peers = nodes.map(\.address)
            nodes.append(try await Node.open(at: ".build/leader-mode-data/\(name)", configuration: configuration))
        }
        let (london, paris) = (nodes[0], nodes[1])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes {
                group.addTask { try await node.run() }
            }
            try await london.put("10", for: "stock", acknowledgedBy: 2)  // leaderless: everyone takes writes

            try await london.switchMode(to: .leader)
            while try await paris.mode().leader == nil { try await Task.sleep(for: .milliseconds(10)) }
            let mode = try await paris.mode()
            print("paris follows \(mode.leader?.name ?? "nobody") in term \(mode.term)")

            let left = try await london.transaction { transaction in  // serializable: nobody sells the last one twice
                let left = try transaction.increment("stock", by: -1)
                if left < 0 { throw SoldOut() }
                return left
            }
            print("sold one, \(left) left")
            print("london reads the latest: \(try await london.value(for: "stock") ?? "nothing")")
            print("paris reads what it has: \(try await paris.value(for: "stock", consistency: .local) ?? "nothing")")
            do {
                try await paris.put("100", for: "stock")
            } catch {
                print("paris does not write: \(error)")
            }

            try await london.switchMode(to: .leaderless)
            print("leaderless again: \(try await london.mode().kind == .leaderless)")
            for node in nodes { node.beginShutdown() }
            try await group.waitForAll()
        }
    }
}

struct SoldOut: Error {}
