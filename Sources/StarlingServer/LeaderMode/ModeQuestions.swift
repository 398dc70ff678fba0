import Causality
import Replication

/// Clients that have asked for another mode, and wait for what comes of it.
struct ModeQuestions {
    struct Question {
        /// Whether leader mode was asked for, or its end.
        let wantsLeader: Bool
        /// Called once; nil if it is so now, else why not, as a reply.
        let answer: (String?) -> Void
    }

    private var questions: [Question] = []

    var isEmpty: Bool { self.questions.isEmpty }

    mutating func add(_ question: Question) {
        self.questions.append(question)
    }

    /// Takes out the questions that the event answers, each with its answer.
    ///
    /// - Parameter isLeaderless: whether the node is by now: events tell how it came to that one by one.
    mutating func settle(
        _ event: ReplicaEvent, own: PeerID, isLeaderless: Bool
    ) -> [(question: Question, failure: String?)] {
        guard !self.questions.isEmpty else { return [] }
        switch event {
        case .modeChanged(true, _): return []
        case .modeChanged(false, let reason):
            return self.take(wantsLeader: false, nil)
                + self.take(wantsLeader: true, "ERR leader mode was left again: \(reason)")
        case .modeKept(let reason):
            return self.take(wantsLeader: true, "ERR leader mode was not entered, nothing has changed: \(reason)")
        case .leaderLost: return isLeaderless ? [] : self.take(wantsLeader: false, Self.lost)
        case .leader(let peer, _, _):
            return self.take(wantsLeader: true, nil)
                + (peer == own || isLeaderless ? [] : self.take(wantsLeader: false, Self.lost))
        case .peerFound, .connected, .disconnected, .forgotten, .conflict, .failed, .healing, .healed, .splitBrain,
            .identityChanged:
            return []
        }
    }

    private static let lost = "TRYAGAIN this node leads no more: whether leader mode ends is not known here"

    private mutating func take(wantsLeader: Bool, _ failure: String?) -> [(question: Question, failure: String?)] {
        let taken = self.questions.filter { $0.wantsLeader == wantsLeader }
        self.questions.removeAll { $0.wantsLeader == wantsLeader }
        return taken.map { ($0, failure) }
    }
}
