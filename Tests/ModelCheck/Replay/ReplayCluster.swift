import Causality

/// The nodes of one script and the conversations between them.
struct ReplayCluster {
    private var nodes: [ReplayNode] = []
    /// By the name that the script gave them.
    private var exchanges: [Substring: ReplayExchange] = [:]

    /// Carries out one command and returns the answer.
    ///
    /// ```
    /// begin NODES SEED SEGMENT        new nodes with the peer IDs 1...NODES, segments of so many bytes
    /// state NODE                      what the node claims and holds; see StateText
    /// write NODE KEY put|delete TOKEN|* TIMESTAMP EXPIRY|-       a TOKEN is a context, * is none
    /// sync NODE
    /// crash NODE                      what is not synced is lost
    /// restart NODE                    closed and opened again
    /// mint NODE PEER                  takes a new peer ID while running
    /// backup NODE
    /// rewind NODE PEER                back to the backup; a new peer ID follows from that
    /// wipe NODE PEER
    /// start NAME RECEIVER SENDER      greetings and digests; the answer is `snapshot` or `tail`
    /// batch NAME COUNT                streams so many records; the answer is what became of the
    ///                                 conversation (`open`, `joined`, `moved`) and the records' dots
    /// break NAME
    /// ```
    mutating func perform(_ words: [Substring]) throws -> String {
        switch (words.first, words.count) {
        case ("begin", 4):
            try self.begin(nodes: Self.number(words[1]), seed: Self.number(words[2]), segment: Self.number(words[3]))
        case ("state", 2):
            return try StateText.of(self.node(words[1]).journal)
        case ("write", 7):
            try self.node(words[1]).write(
                key: words[2], isDelete: words[3] == "delete",
                token: words[4] == "*" ? nil : StateText.context(words[4]),
                timestamp: Self.number(words[5]), expiry: words[6] == "-" ? nil : Self.number(words[6]))
        case ("start", 4):
            let exchange = try ReplayExchange(
                receiver: self.node(words[2]), sender: self.node(words[3]), number: Self.number(words[1]))
            self.exchanges[words[1]] = exchange
            return exchange.isSnapshot ? "snapshot" : "tail"
        case ("batch", 3):
            return try self.batch(words[1], Self.number(words[2]))
        case ("break", 2):
            self.exchanges[words[1]] = nil
        case (_, 2...3):
            try self.performOnDirectory(words)
        default:
            throw ReplayError.command(words.joined(separator: " "))
        }
        return "ok"
    }

    /// Commands about one node's directory or process.
    private func performOnDirectory(_ words: [Substring]) throws {
        let node = try self.node(words[1])
        switch (words[0], words.count) {
        case ("sync", 2): try node.sync()
        case ("crash", 2): try node.crash()
        case ("restart", 2): try node.restart()
        case ("backup", 2): node.backUp()
        case ("mint", 3): try node.mint(PeerID(rawValue: Self.number(words[2])))
        case ("rewind", 3): try node.rewind(as: PeerID(rawValue: Self.number(words[2])))
        case ("wipe", 3): try node.wipe(as: PeerID(rawValue: Self.number(words[2])))
        default: throw ReplayError.command(words.joined(separator: " "))
        }
    }

    private mutating func begin(nodes: Int, seed: UInt64, segment: Int) throws {
        self.exchanges = [:]
        self.nodes = []
        for number in 0..<nodes {
            let peer = PeerID(rawValue: UInt64(number) + 1)
            self.nodes.append(
                try ReplayNode(peer: peer, seed: seed &* 8 &+ UInt64(number), segmentLength: segment))
        }
    }

    private mutating func batch(_ name: Substring, _ count: Int) throws -> String {
        guard let exchange = self.exchanges[name] else { throw ReplayError.command("batch of \(name)") }
        let dots = try exchange.stream(count)
        switch exchange.outcome {
        case nil: break
        case .joined, .floorMoved: self.exchanges[name] = nil
        }
        let word =
            switch exchange.outcome {
            case nil: "open"
            case .joined: "joined"
            case .floorMoved: "moved"
            }
        return ([word] + dots.map(StateText.dot)).joined(separator: " ")
    }

    private func node(_ word: Substring) throws -> ReplayNode {
        let number: Int = try Self.number(word)
        guard self.nodes.indices.contains(number) else { throw ReplayError.command("node \(word)") }
        return self.nodes[number]
    }

    private static func number<Number: FixedWidthInteger>(_ word: Substring) throws -> Number {
        guard let number = Number(word) else { throw ReplayError.command(String(word)) }
        return number
    }
}
