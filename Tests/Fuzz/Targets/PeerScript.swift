import AntiEntropy
import Causality
import Platform
import Replication

/// A node and peers that do what the input says, in sense or nonsense.
struct PeerScript {
    private let node: FuzzedNode
    private var links: [FuzzedLink] = []
    /// The greeting that was sent on each link, for the proof.
    private var greetings: [Greeting?] = []

    private init(hasSecret: Bool) throws {
        self.node = try FuzzedNode(secret: hasSecret ? ConversationFuzzing.secret : nil)
        self.node.answersDials = true
        try self.node.put([0x6B], [0x76])
        try self.node.sync()
    }

    /// Steps of one byte and what it needs; at most 64 of them.
    static func run(_ input: inout FuzzInput, hasSecret: Bool) throws {
        var script = try PeerScript(hasSecret: hasSecret)
        for _ in 0..<64 where !input.isEmpty { try script.step(&input, hasSecret: hasSecret) }
        try script.node.put([0x6C], [0x77])
        try script.node.checkReopening()
    }

    private mutating func step(_ input: inout FuzzInput, hasSecret: Bool) throws {
        let operation = input.byte()
        if operation & 7 == 7 || self.links.isEmpty { try self.open(operation) }
        // A link is there: if there was none, one has been opened.
        let place = Int(operation >> 5) % self.links.count
        switch operation & 7 {
        case 0:
            let kinds = MessageKind.allCases
            let kind = kinds[Int(input.byte()) % kinds.count]
            let frame = PeerFrame(kind: kind, partition: 0, payload: input.bytes(input.short() % 4096))
            try self.links[place].deliver(ConversationFuzzing.encoded(frame))
        case 1: try self.links[place].deliver(input.bytes(Int(input.byte())))
        case 2: try self.node.advance(milliseconds: UInt64(input.short()))
        case 3: try self.node.put(input.bytes(1), input.bytes(Int(input.byte())))
        case 4: try self.node.sync()
        case 5: try self.greet(place, peer: UInt64(input.byte()), hasSecret: hasSecret)
        case 6: try self.prove(place)
        default: break
        }
    }

    /// Has a peer call the node, or the node call a peer.
    private mutating func open(_ operation: UInt8) throws {
        if operation & 8 != 0 {
            let before = self.node.links.count
            self.node.replica.exchange.addPeer(
                NetworkAddress(host: "10.0.1.\(operation >> 5)", port: 9000), now: self.node.now)
            try self.node.advance(milliseconds: 500)
            self.links += self.node.links[before...]
        }
        if operation & 8 == 0 || self.links.isEmpty {
            let link = try self.node.acceptLink()
            try link.deliver(MessageFormat.preamble)
            self.links.append(link)
        }
        self.greetings += [Greeting?](repeating: nil, count: self.links.count - self.greetings.count)
    }

    private mutating func greet(_ place: Int, peer: UInt64, hasSecret: Bool) throws {
        let greeting = Greeting(
            cluster: FuzzedNode.cluster, peer: PeerID(rawValue: 0x5000 + peer), incarnation: peer, name: "p\(peer)",
            advertised: NetworkAddress(host: "", port: 9000), challenge: UInt128(peer), hasSecret: hasSecret)
        self.greetings[place] = greeting
        try self.links[place].deliver(ConversationFuzzing.encoded(.greeting(greeting)))
    }

    private func prove(_ place: Int) throws {
        guard let theirs = self.links[place].greeting, let mine = self.greetings[place] else { return }
        let isAcceptor = self.links[place].role == .acceptor
        let proof = ClusterProof.make(
            secret: ConversationFuzzing.secret, by: isAcceptor ? .initiator : .acceptor,
            initiator: isAcceptor ? mine : theirs, acceptor: isAcceptor ? theirs : mine)
        try self.links[place].deliver(ConversationFuzzing.encoded(.proof(proof)))
    }
}
