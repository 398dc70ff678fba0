import Platform
import PosixPlatform

/// Tells what a demonstration does.
struct DemoNarrator {
    let console: Console
    /// Whether each step waits for the Enter key.
    let waitsForEnter: Bool

    /// Says who takes part.
    func open(_ cluster: DemoCluster) throws(CommandError) {
        try self.console.print(
            "starling \(ProgramVersion.current): three nodes, each a process, data under \(cluster.directory)"
        )
        try self.console.print("")
        for node in cluster.nodes {
            try self.console.print(
                "  \(self.console.style.bold(node.name))  \(node.address)  pid \(node.process.processID)")
        }
        try self.console.print("")
    }

    /// Begins a step; waits if that is wished.
    func pause() throws(CommandError) {
        guard self.waitsForEnter else { return }
        try self.console.write(Array(self.console.style.dim("  [Enter] ").utf8))
        // At the end of the input it just goes on.
        _ = try? StandardStream.input.read(limit: 256)
    }

    /// Tells one line of a step; the first has a title.
    ///
    /// - Parameter time: what is measured, at the end of the line.
    func tell(_ step: DemoScript.Step?, _ text: String, _ time: Delay? = nil) throws(CommandError) {
        let head = step.map { "\($0.rawValue)/\(DemoScript.Step.allCases.count) \($0.title)" } ?? ""
        let padding = String(repeating: " ", count: max(1, 18 - head.count))
        var line = self.console.style.bold(head) + padding + text
        if let time {
            let gap = max(2, 62 - text.count)
            line += String(repeating: " ", count: gap) + PlainText.time(nanoseconds: time.nanoseconds)
        }
        try self.console.print(line)
    }

    /// Says that it is over and what to do next.
    func close(_ cluster: DemoCluster, keeps: Bool) throws(CommandError) {
        let port = cluster.nodes[0].address.port
        var lines = ["", self.console.style.green("Everything was as told."), ""]
        if keeps {
            let processes = cluster.nodes.map { "\($0.process.processID)" }.joined(separator: " ")
            lines += [
                "The nodes run on:",
                "  redis-cli -p \(port) SET greeting hello",
                "  printf 'GET greeting\\n' | nc -q1 127.0.0.1 \(cluster.nodes[2].address.port)",
                "  starling -p \(port) status",
                "  starling -p \(port) conflicts",
                "  starling -p \(cluster.nodes[1].address.port) link cut --all",
                "Stop them:",
                "  kill \(processes); rm -r \(cluster.directory)",
            ]
        } else {
            lines += [
                "Next:",
                "  starling demo --keep       the same, and the nodes stay for you to play with",
                "  starling demo --step       waits for Enter before each step",
                "  starling serve --discover  a node of your own on 127.0.0.1:9000; then redis-cli -p 9000,",
                "                             printf 'GET greeting\\n' | nc -q1 127.0.0.1 9000, or starling status",
            ]
        }
        for line in lines {
            try self.console.print(line)
        }
    }
}
