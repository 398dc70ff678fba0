import AntiEntropy

@testable import Replication

/// A connection of a ``FuzzedNode`` to a peer, seen from the peer's end.
final class FuzzedLink {
    let id: LinkID
    /// The node's part.
    let role: ConversationRole
    private unowned let node: FuzzedNode
    private var decoder: FrameDecoder
    /// Frames that the node has sent and nobody has taken.
    var frames: [PeerFrame] = []
    /// What the node has said of itself.
    private(set) var greeting: Greeting?
    /// Nothing passes any more.
    private(set) var isClosed = false

    init(_ id: LinkID, role: ConversationRole, of node: FuzzedNode) {
        self.id = id
        self.role = role
        self.node = node
        self.decoder = FrameDecoder(expectsPreamble: role == .initiator)
        self.decoder.liftLimit()
    }

    /// Takes what the node sends. It MUST be what a peer understands.
    func take(_ bytes: [UInt8]) throws {
        self.decoder.append(bytes.span)
        while let frame = try self.decoder.next() {
            let message = try ConversationMessage(frame)
            if case .greeting(let greeting) = message { self.greeting = greeting }
            self.frames.append(frame)
        }
    }

    /// Shows the node bytes.
    func deliver(_ bytes: [UInt8]) throws {
        guard !self.isClosed else { return }
        self.node.replica.exchange.received(self.id, bytes.span, now: self.node.now)
        try self.node.carryOutEffects()
    }

    /// Breaks the connection.
    func close() throws {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.node.replica.exchange.closed(self.id, "reset", now: self.node.now)
        try self.node.carryOutEffects()
    }

    func closedByNode() {
        self.isClosed = true
    }
}
