import ByteCoding
import Platform

// Greetings and proofs. The initiator greets and proves itself first, so that a stranger who only
// connects learns nothing that a secret could be guessed from.

extension Conversation {
    mutating func receiveInGreeting(_ message: ConversationMessage, at now: Instant) -> [Action] {
        switch message {
        case .greeting(let theirs):
            if let refusal = self.objection(to: theirs) { return self.refuse(refusal, at: now) }
            self.peer = theirs
            self.version = self.configuration.greeting.commonVersion(with: theirs)
            let greet: [Action] =
                self.role == .acceptor ? [.send(.greeting(self.configuration.greeting))] : []
            guard let secret = self.configuration.secret else { return greet + self.establish(theirs) }
            self.state = .proving
            let prove: [Action] = self.role == .initiator ? [.send(self.proof(secret, theirs))] : []
            return greet + prove
        case .refusal(let refusal):
            return self.finish(.refused(refusal), at: now)
        case .goodbye:
            return self.answerGoodbye(at: now)
        case .proof, .digest, .records, .credit, .closing, .settled, .membership, .leadership:
            return self.refuse(.unexpected(message), at: now)
        }
    }

    mutating func receiveInProving(_ message: ConversationMessage, at now: Instant) -> [Action] {
        switch message {
        case .proof(let bytes):
            guard let theirs = self.peer, let secret = self.configuration.secret else {
                return self.refuse(.unexpected(message), at: now)
            }
            let (initiator, acceptor) = self.sides(theirs)
            let expected = ClusterProof.make(
                secret: secret, by: self.role.opposite, initiator: initiator, acceptor: acceptor)
            guard HMAC.areEqual(bytes, expected) else {
                return self.refuse(Refusal(.secret, "the cluster secret is another one"), at: now)
            }
            let prove: [Action] = self.role == .acceptor ? [.send(self.proof(secret, theirs))] : []
            return prove + self.establish(theirs)
        case .refusal(let refusal):
            return self.finish(.refused(refusal), at: now)
        case .goodbye:
            return self.answerGoodbye(at: now)
        case .greeting, .digest, .records, .credit, .closing, .settled, .membership, .leadership:
            return self.refuse(.unexpected(message), at: now)
        }
    }

    /// Why this side will not talk to who greets so; nil if it will.
    private func objection(to theirs: Greeting) -> Refusal? {
        let mine = self.configuration.greeting
        guard mine.commonVersion(with: theirs) != nil else {
            return Refusal(
                .version,
                "protocol versions \(mine.minimumVersion) to \(mine.maximumVersion) are spoken here, "
                    + "not \(theirs.minimumVersion) to \(theirs.maximumVersion)")
        }
        guard mine.cluster == theirs.cluster else {
            return Refusal(.cluster, "this is cluster \"\(mine.cluster)\", not \"\(theirs.cluster)\"")
        }
        guard mine.hasSecret == theirs.hasSecret else {
            return Refusal(
                .secret, mine.hasSecret ? "a cluster secret is needed here" : "no cluster secret is set here")
        }
        if mine.peer == theirs.peer {
            if mine.incarnation == theirs.incarnation {
                return Refusal(.ownAddress, "this is the caller itself")
            }
            return Refusal(
                .duplicateIdentity,
                "peer ID \(mine.peer) of \"\(theirs.name)\" is also that of the running node \"\(mine.name)\"")
        }
        return nil
    }

    private mutating func establish(_ theirs: Greeting) -> [Action] {
        self.state = .exchanging(ConversationRound(number: 1))
        return [.liftFrameLimit, .learned(theirs), .openRound]
    }

    private func proof(_ secret: [UInt8], _ theirs: Greeting) -> ConversationMessage {
        let (initiator, acceptor) = self.sides(theirs)
        return .proof(ClusterProof.make(secret: secret, by: self.role, initiator: initiator, acceptor: acceptor))
    }

    private func sides(_ theirs: Greeting) -> (initiator: Greeting, acceptor: Greeting) {
        let mine = self.configuration.greeting
        return self.role == .initiator ? (mine, theirs) : (theirs, mine)
    }
}
