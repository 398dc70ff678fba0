import AntiEntropy
import Platform
import Replication

/// Two nodes, and somebody between them who does with their frames what the input says.
///
/// Checksums are made right again, so that it looks as if a peer had sent the frames so.
struct TamperedExchange {
    /// The one who calls, and the one who is called.
    private let nodes: [FuzzedNode]
    private let links: [FuzzedLink]

    private init(hasSecret: Bool, writes: UInt8) throws {
        let secret = hasSecret ? ConversationFuzzing.secret : nil
        self.nodes = [
            try FuzzedNode(name: "n1", seed: 1, secret: secret), try FuzzedNode(name: "n2", seed: 2, secret: secret),
        ]
        for number in 0..<(writes & 15) {
            let value = [UInt8](repeating: number, count: Int(writes) * 4)
            for node in self.nodes { try node.put([number & 3], value) }
        }
        for node in self.nodes { try node.sync() }
        self.nodes[0].answersDials = true
        self.nodes[0].replica.exchange.addPeer(self.nodes[1].replica.configuration.listen, now: self.nodes[0].now)
        for _ in 0..<10 where self.nodes[0].links.isEmpty { try self.nodes[0].advance(milliseconds: 1_000) }
        guard let link = self.nodes[0].links.first else { throw FuzzFinding("a new peer is not called") }
        self.links = [link, try self.nodes[1].acceptLink()]
        try self.links[1].deliver(MessageFormat.preamble)
    }

    /// A byte says how much is there to talk about; then each frame has its fate, as long as there is input.
    static func run(_ input: inout FuzzInput, hasSecret: Bool) throws {
        let exchange = try TamperedExchange(hasSecret: hasSecret, writes: input.byte())
        let isLeftAlone = input.isEmpty
        for round in 0..<200 {
            var isQuiet = true
            for side in 0...1 {
                guard !exchange.links[side].frames.isEmpty else { continue }
                isQuiet = false
                let frame = exchange.links[side].frames.removeFirst()
                try exchange.pass(frame, from: side, &input)
            }
            if exchange.links.allSatisfy({ $0.isClosed && $0.frames.isEmpty }) { break }
            if isQuiet || round % 16 == 15 { for node in exchange.nodes { try node.advance(milliseconds: 20) } }
        }
        for link in exchange.links { try link.close() }
        if isLeftAlone {
            let states = try exchange.nodes.map { try FuzzedState($0.replica.journal) }
            try FuzzFinding.unless(states[0] == states[1], "left alone, they differ: \(states)")
        }
        for node in exchange.nodes {
            try node.put([0x6C], [0x77])
            try node.checkReopening()
        }
    }

    private func pass(_ frame: PeerFrame, from side: Int, _ input: inout FuzzInput) throws {
        let other = self.links[1 - side]
        var frame = frame
        let fate = input.byte()
        switch fate & 15 {
        case 1: return
        case 2: try other.deliver(ConversationFuzzing.encoded(frame))
        case 3, 4, 5: for _ in 0..<(fate & 15 - 2) { self.change(&frame, &input) }
        case 6: frame.payload = Array(frame.payload.prefix(input.short()))
        case 7: frame.payload += input.bytes(Int(input.byte()))
        case 8:
            let kinds = MessageKind.allCases
            frame.kind = kinds[Int(input.byte()) % kinds.count]
        case 9: try self.nodes[side].put([input.byte() & 7], input.bytes(Int(input.byte())))
        case 10: for node in self.nodes { try node.advance(milliseconds: UInt64(input.short())) }
        case 11: self.fill(&frame, &input)
        case 12: frame.partition = UInt16(input.byte())
        case 13: try self.links[side].deliver(ConversationFuzzing.encoded(frame))
        case 14: try self.nodes[1 - side].sync()
        default: break
        }
        try other.deliver(ConversationFuzzing.encoded(frame))
    }

    /// Changes one byte.
    private func change(_ frame: inout PeerFrame, _ input: inout FuzzInput) {
        let place = input.short()
        let byte = input.byte()
        guard !frame.payload.isEmpty else { return }
        frame.payload[place % frame.payload.count] ^= byte
    }

    /// Puts other bytes in the place of some, perhaps more or fewer.
    private func fill(_ frame: inout PeerFrame, _ input: inout FuzzInput) {
        let start = min(input.short(), frame.payload.count)
        let end = min(start + Int(input.byte()), frame.payload.count)
        frame.payload.replaceSubrange(start..<end, with: input.bytes(Int(input.byte())))
    }
}
