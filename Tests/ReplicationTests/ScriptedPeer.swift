import AntiEntropy
import ByteCoding
import Causality
import Platform
import Simulation

/// A peer that speaks the protocol as it should, but says and claims what a test tells it to.
final class ScriptedPeer {
    private let network: SimulatedNetwork
    private let stream: StreamID
    private var conversation: Conversation
    private var decoder = FrameDecoder(expectsPreamble: false)
    private var unsent: [UInt8] = []
    private var hasOpened = false

    /// What it opens with.
    var digest = Digest(
        context: CausalContext(), floor: VersionVector(), lastOwn: LastOwnRecord(sequence: 0, checksum: 0),
        liveHash: 0, timestamp: HybridTimestamp(rawValue: 0))
    /// What it closes with.
    var closing = Closing(
        context: CausalContext(), floor: VersionVector(), lastOwn: LastOwnRecord(sequence: 0, checksum: 0))
    /// Whether the connection has been closed by the other side.
    private(set) var isClosed = false
    /// What the conversation ended with.
    private(set) var ending: ConversationOutcome.Ending?
    /// The digests it was told.
    private(set) var heard: [Digest] = []

    init(_ peer: UInt64, cluster: String, from network: SimulatedNetwork, to address: NetworkAddress) {
        self.network = network
        let greeting = Greeting(
            cluster: cluster, peer: PeerID(rawValue: peer), incarnation: peer, name: "scripted",
            advertised: NetworkAddress(host: "", port: 9000), challenge: 7)
        self.conversation = Conversation(
            role: .initiator, configuration: ConversationConfiguration(greeting: greeting))
        self.stream = network.connect(to: address)
    }

    /// Lets the world go on, and this peer with it.
    func run(_ cluster: SimulatedCluster, for delay: Delay) {
        let end = cluster.scheduler.now + delay
        while cluster.scheduler.now < end, !self.isClosed {
            self.exchange(at: cluster.scheduler.now)
            cluster.run(for: .milliseconds(1))
        }
    }

    private func exchange(at now: Instant) {
        if !self.hasOpened {
            self.hasOpened = true
            self.carryOut(self.conversation.opened(at: now), at: now)
        }
        if !self.unsent.isEmpty, case .accepted(let count) = self.network.write(self.stream, self.unsent.span) {
            self.unsent.removeFirst(count)
        }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var destination = buffer.mutableSpan
            switch self.network.read(self.stream, into: &destination) {
            case .bytes(let count):
                self.decoder.append(buffer.span.extracting(0..<count))
                while let frame = try? self.decoder.next() {
                    self.carryOut(self.conversation.receive(frame, at: now), at: now)
                }
            case .wouldBlock: return
            case .end, .failed:
                self.isClosed = true
                return
            }
        }
    }

    private func carryOut(_ actions: [Conversation.Action], at now: Instant) {
        var queue = actions
        while !queue.isEmpty {
            switch queue.removeFirst() {
            case .sendPreamble: self.unsent += MessageFormat.preamble
            case .send(let message):
                var writer = ByteWriter()
                message.encode(partition: 0, into: &writer)
                self.unsent += writer.bytes
            case .liftFrameLimit: self.decoder.liftLimit()
            case .learned, .learnedContext, .learnedMembership, .learnedLeadership, .beginStream, .setDeadline: break
            case .learnedDigest(let digest): self.heard.append(digest)
            case .openRound: queue += self.conversation.digestReady(self.digest, at: now)
            case .fetch: queue += self.conversation.batchReady(.none, closing: self.closing, at: now)
            case .ingest(let records): queue += self.conversation.ingested(byteCount: records.byteCount, at: now)
            case .join: queue += self.conversation.joined(self.closing.context, at: now)
            case .finish(let outcome): self.ending = outcome.ending
            }
        }
    }
}
