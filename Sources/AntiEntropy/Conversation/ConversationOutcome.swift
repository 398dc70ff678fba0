package import Platform

/// How a conversation went.
package struct ConversationOutcome: Hashable, Sendable {
    /// What can end a conversation.
    package enum Ending: Hashable, Sendable {
        /// Both said goodbye.
        case parted
        /// This node is stopping.
        case stopped
        /// The other side refused.
        case refused(Refusal)
        /// This side refused.
        case refusing(Refusal)
        /// The connection broke.
        case lost
        /// The greetings and proofs took too long.
        case handshakeTimeout
        /// The other side fell silent when it was its turn.
        case silence
        /// The sender's floor rose above what the receiver's opening context covers, so that the tail
        /// may not be joined. The next conversation will be a snapshot.
        case floorMoved

        /// Whether this side refused.
        var isRefusing: Bool {
            switch self {
            case .refusing: true
            case .parted, .stopped, .refused, .lost, .handshakeTimeout, .silence, .floorMoved: false
            }
        }
    }

    /// What ended it.
    package var ending: Ending
    /// Rounds that both sides settled.
    package var rounds: UInt64
    /// Records sent, in all rounds.
    package var recordsSent: UInt64
    /// Records received, in all rounds.
    package var recordsReceived: UInt64
    /// Bytes of the records sent.
    package var bytesSent: UInt64
    /// Bytes of the records received.
    package var bytesReceived: UInt64
    /// From the connection to the end.
    package var duration: Delay
    /// Whether this side has something that the other may lack: no or an unsettled round, or later news.
    package var hasNews: Bool

    /// Whether it ended as it should.
    package var isSuccess: Bool {
        switch self.ending {
        case .parted, .stopped: true
        case .refused, .refusing, .lost, .handshakeTimeout, .silence, .floorMoved: false
        }
    }

    /// Whether this side had the last word, which the other must be given time to read.
    package var isRefusing: Bool { self.ending.isRefusing }

    /// What went wrong, for people; nil if nothing did.
    package var failure: String? {
        switch self.ending {
        case .parted, .stopped: nil
        case .refused(let refusal): "refused by the peer: \(refusal.text)"
        case .refusing(let refusal): "refused the peer: \(refusal.text)"
        case .lost: "connection lost"
        case .handshakeTimeout: "no greeting in time"
        case .silence: "the peer fell silent"
        case .floorMoved: "tombstones were collected meanwhile; a snapshot will follow"
        }
    }
}
