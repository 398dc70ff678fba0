// Two nodes fill one shopping cart at the same time; a resolver of our own shows the union.

import Starling

@main
struct CustomResolver {
    /// Pure, and the same on every node. It changes what readers see, never what is stored.
    static let cartUnion = Resolver(named: "cart-union") { _, siblings in
        let items = Set(siblings.flatMap { Value($0.value).description.split(separator: ",") })
        return .value(Array(items.sorted().joined(separator: ",").utf8))
    }

    static func main() async throws {
        var configuration = NodeConfiguration(name: "shop-1")
        configuration.port = 0
        configuration.cluster = "custom-resolver"
        configuration.resolvers[prefix: "cart:"] = cartUnion
        let first = try await Node.open(at: ".build/custom-resolver-data/1", configuration: configuration)
        configuration.name = "shop-2"
        let second = try await Node.open(at: ".build/custom-resolver-data/2", configuration: configuration)

        // Neither node runs yet, so neither knows of the other's write: a conflict is certain.
        try await first.put("apple,pear", for: "cart:9")
        try await second.put("plum", for: "cart:9")

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run() }
            group.addTask { try await second.run() }
            try await second.addPeer(first.address)

            for try await change in second.changes(in: .prefix("cart:")) where change.isConflict {
                print("both nodes' writes are kept, readers see:", change.value ?? "nothing")
                break
            }
            let siblings = try await second.siblings(for: "cart:9")
            print("stored side by side:", siblings.values.map(\.description))

            // Settling: a write after what was read replaces exactly that.
            try await second.put("apple,pear,plum", for: "cart:9", after: siblings.context)
            print("siblings now:", try await second.siblings(for: "cart:9").count)

            first.beginShutdown()
            second.beginShutdown()
            try await group.waitForAll()
        }
    }
}
