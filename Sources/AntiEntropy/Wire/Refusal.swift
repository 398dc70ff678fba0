/// Why a peer will not talk, or not go on talking.
package struct Refusal: Hashable, Sendable {
    /// The reason, as a number on the wire.
    package enum Code: UInt8, Sendable, CaseIterable {
        /// The peer belongs to another cluster.
        case cluster = 1
        /// No protocol version is common to both.
        case version = 2
        /// One side has a secret and the other has none, or another.
        case secret = 3
        /// The caller has called itself.
        case ownAddress = 4
        /// Another live node has the same peer ID.
        case duplicateIdentity = 5
        /// One dot was found with two contents.
        case divergence = 6
        /// The peer's log has gone back behind what others hold of it.
        case rewound = 7
        /// A conversation with this peer is under way already, or there are too many.
        case busy = 8
        /// A bound was passed.
        case limit = 9
        /// Something was said that cannot be understood, or not then.
        case malformed = 10
        /// The node is shutting down, or the link is cut on purpose.
        case closing = 11
        /// The peer was forgotten: it may come back as a new one.
        case forgotten = 12
        /// A reason that only later versions know.
        case other = 255
    }

    /// The reason.
    package var code: Code
    /// The reason in words, for people; at most ``MessageLimits/refusalText`` bytes.
    package let text: String

    /// Cuts `text` to its bound.
    package init(_ code: Code, _ text: String) {
        self.code = code
        var text = text
        while text.utf8.count > MessageLimits.refusalText { text.removeLast() }
        self.text = text
    }
}
