import Platform
import PosixPlatform

/// The three nodes of a demonstration.
final class DemoCluster {
    /// How the nodes find each other.
    enum Introduction: Equatable {
        case multicast
        /// By addresses given to each, where multicast does not work.
        case addresses
    }

    /// How long a node may take to answer after its start.
    private static let startLimit = Delay.seconds(20)
    /// How often another port is tried when somebody was quicker.
    private static let portAttempts = 5

    private let nursery: DemoNursery
    let directory: String
    let name: String
    /// A group of this demonstration's own, so that two at a time do not hear each other.
    private let group: String
    private(set) var introduction = Introduction.multicast
    private(set) var nodes: [DemoNode] = []
    /// When the last of them was up.
    private(set) var startedAt = Clocks.now

    /// Starts the nodes on the first free ports from `firstPort` on.
    init(nursery: DemoNursery, firstPort: UInt16, narrator: DemoNarrator) throws(CommandError) {
        let processID = Int(ProcessFacts.processID)
        self.nursery = nursery
        self.directory = try nursery.makeDirectory()
        self.name = "demo-\(processID)"
        self.group = "239.77.\(processID >> 8 & 255).\(processID & 255):\(20_000 + processID % 20_000)"
        var port = firstPort
        for number in 1...3 {
            let node = try self.started("n\(number)", from: port)
            self.nodes.append(node)
            port = node.address.port + 1
        }
        self.startedAt = Clocks.now
        try narrator.open(self)
    }

    /// The nodes other than this one.
    func others(than node: DemoNode) -> [DemoNode] {
        self.nodes.filter { $0 !== node }
    }

    /// Cuts or heals all links of a node, on both sides.
    func setLinks(of node: DemoNode, areCut: Bool) throws(CommandError) {
        for other in self.others(than: node) {
            try node.setLink(to: other, isCut: areCut)
            try other.setLink(to: node, isCut: areCut)
        }
    }

    /// Starts a node that was killed, with the same directory and port.
    func restart(_ node: DemoNode) throws(CommandError) {
        node.replace(try self.process(of: node.name, at: node.address, in: node.directory))
        if let ending = try node.awaitReady(within: Self.startLimit) {
            throw Self.failure(node, ending)
        }
    }

    /// Starts all nodes anew, each with the addresses of the others.
    func restartWithAddresses() throws(CommandError) {
        self.introduction = .addresses
        for node in self.nodes { node.kill() }
        for node in self.nodes { try self.restart(node) }
        self.startedAt = Clocks.now
    }

    private func started(_ name: String, from firstPort: UInt16) throws(CommandError) -> DemoNode {
        var port = firstPort
        for _ in 0..<Self.portAttempts {
            guard let free = FreePort.first(from: port, host: "127.0.0.1") else { break }
            let address = NetworkAddress(host: "127.0.0.1", port: free)
            let directory = "\(self.directory)/\(name)"
            let process = try self.process(of: name, at: address, in: directory)
            let node = DemoNode(
                name: name, cluster: self.name, address: address, directory: directory, process: process)
            guard let ending = try node.awaitReady(within: Self.startLimit) else { return node }
            if ending == .exited(code: ExitCode.configuration.rawValue), self.introduction == .multicast {
                // Its one setting that a machine may be unable to carry out is multicast.
                self.introduction = .addresses
                continue
            }
            // Somebody may have taken the port between the look and the start.
            guard ending == .exited(code: ExitCode.inUse.rawValue), free < .max else {
                throw Self.failure(node, ending)
            }
            port = free + 1
        }
        throw CommandError(.inUse, "there is no free port from \(firstPort) on. Try --port with another number.")
    }

    private func process(
        of name: String, at address: NetworkAddress, in directory: String
    ) throws(CommandError) -> ChildProcess {
        var arguments = [
            "serve", "--name", name, "--cluster", self.name, "--bind", address.host, "--port", "\(address.port)",
            "--data", directory, "--allow-faults",
        ]
        switch self.introduction {
        case .multicast: arguments += ["--discover=\(self.group)", "--discover-interface", "127.0.0.1"]
        case .addresses:
            for node in self.nodes where node.address != address {
                arguments += ["--peers", node.address.description]
            }
        }
        return try self.nursery.start(arguments, errorsTo: directory + ".trace")
    }

    private static func failure(_ node: DemoNode, _ ending: ChildProcess.Ending) -> CommandError {
        let how =
            switch ending {
            case .exited(let code): "exit code \(code)"
            case .killed(let signal): "signal \(signal)"
            }
        let words = node.lastWords
        return CommandError(
            .no, "\(node.name) ended by itself (\(how))" + (words.isEmpty ? "." : ". It said: \(words)"))
    }
}
