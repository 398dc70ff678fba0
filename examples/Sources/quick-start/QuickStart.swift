// One node inside a program: put, read, count, batch, scan.

import Starling

struct User: Codable {
    var name: String
    var visits: Int
}

@main
struct QuickStart {
    static func main() async throws {
        var configuration = NodeConfiguration(name: "quick-start")
        configuration.port = 0  // any free port
        configuration.resolvers[prefix: "visits:"] = .counter

        let node = try await Node.open(at: ".build/quick-start-data", configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }

            try await node.put("hello", for: "greeting")
            print("greeting:", try await node.value(for: "greeting") ?? "nothing")

            try await node.put(encoding: User(name: "zen", visits: 3), for: "user:42")
            let user = try await node.value(User.self, for: "user:42")
            print("user:42:", user?.name ?? "nobody")

            print("visits:", try await node.increment("visits:home"))

            var batch = WriteBatch()
            batch.put("1", for: "item:a")
            batch.put("2", for: "item:b")
            batch.delete("greeting")
            try await node.apply(batch)

            for try await entry in node.entries(in: .prefix("item:")) {
                print("\(entry.key) = \(entry.value)")
            }
            node.beginShutdown()
            try await group.waitForAll()
        }
        print("stopped cleanly")
    }
}
