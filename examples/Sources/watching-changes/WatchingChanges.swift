// A feed of changes that can be resumed from where it was left, also after a restart.

import Starling

@main
struct WatchingChanges {
    static func main() async throws {
        var configuration = NodeConfiguration(name: "watched")
        configuration.port = 0
        let node = try await Node.open(at: ".build/watching-data", configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }

            for number in 1...3 { try await node.put("\(number)", for: "temperature:\(number)") }

            var resumeFrom = CausalContext()
            var seen = 0
            for try await change in node.changes(in: .prefix("temperature:")) {
                print("first reader:", change.key, change.value ?? "deleted")
                resumeFrom = change.context
                seen += 1
                if seen == 3 { break }
            }
            try await node.delete("temperature:2")
            for try await change in node.changes(in: .prefix("temperature:"), since: resumeFrom) {
                print("resumed reader:", change.key, change.value ?? "deleted")
                break
            }
            node.beginShutdown()
            try await group.waitForAll()
        }
    }
}
