import AntiEntropy
import Causality
import Platform
import Testing

@Suite struct ConversationRefusalTests {
    static let secrets: [(String?, String?, Bool)] = [
        (nil, nil, true), ("s", "s", true), ("s", "t", false), ("s", nil, false), (nil, "s", false),
    ]

    @Test(arguments: secrets)
    func `a cluster secret must be the same on both sides`(mine: String?, theirs: String?, works: Bool) throws {
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a", secret: mine), ConversationPair.configuration(2, "b", secret: theirs)
        )
        pair.sides[0].store.write()
        try pair.open()
        #expect((pair.sides[1].store.dots.count == 1) == works)
        #expect(pair.sides[0].conversation.isEstablished == works)
        if !works {
            #expect(pair.transcript.suffix(2).allSatisfy { $0.contains("secret") })
            #expect(pair.sides[0].outcome?.failure?.contains("secret") == true)
        }
    }

    @Test func `the initiator proves itself first`() throws {
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a", secret: "s"), ConversationPair.configuration(2, "b", secret: "s"))
        try pair.open()
        #expect(
            pair.transcript.prefix(5) == [
                "a > greeting a", "b > greeting b", "a > proof", "b > proof", "b > digest 1 {}",
            ])
    }

    @Test func `a proof is bound to challenges, identities and role`() {
        let a = ConversationPair.configuration(1, "a").greeting
        let b = ConversationPair.configuration(2, "b").greeting
        var other = b
        other.challenge += 1
        let secret: [UInt8] = [1, 2, 3]
        let proof = ClusterProof.make(secret: secret, by: .initiator, initiator: a, acceptor: b)
        #expect(proof.count == 32)
        #expect(proof != ClusterProof.make(secret: secret, by: .acceptor, initiator: a, acceptor: b))
        #expect(proof != ClusterProof.make(secret: secret, by: .initiator, initiator: b, acceptor: a))
        #expect(proof != ClusterProof.make(secret: secret, by: .initiator, initiator: a, acceptor: other))
        #expect(proof != ClusterProof.make(secret: [1, 2], by: .initiator, initiator: a, acceptor: b))
    }

    @Test func `another cluster is refused with the reason`() throws {
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a"), ConversationPair.configuration(2, "b", cluster: "shop"))
        try pair.open()
        #expect(
            pair.text == """
                a > greeting a
                b > refusal cluster
                b ends: refusing cluster
                a ends: refused cluster
                """)
        #expect(pair.sides[0].outcome?.failure == "refused by the peer: this is cluster \"shop\", not \"tour\"")
    }

    @Test func `the version is checked before the cluster`() throws {
        var greeting = ConversationPair.configuration(1, "a", cluster: "shop").greeting
        greeting.minimumVersion = 7
        greeting.maximumVersion = 9
        let pair = ConversationPair(
            ConversationConfiguration(greeting: greeting), ConversationPair.configuration(2, "b"))
        try pair.open()
        #expect(pair.transcript.last == "a ends: refused version")
    }

    @Test func `a peer of a wider version range agrees on the common highest`() throws {
        var greeting = ConversationPair.configuration(1, "a").greeting
        greeting.maximumVersion = 9
        let pair = ConversationPair(
            ConversationConfiguration(greeting: greeting), ConversationPair.configuration(2, "b"))
        try pair.open()
        #expect(pair.sides[0].conversation.version == MessageFormat.maximumVersion)
        #expect(pair.sides[1].conversation.version == MessageFormat.maximumVersion)
    }

    @Test func `oneself and a second holder of one peer ID are told apart`() throws {
        let itself = ConversationPair(
            ConversationPair.configuration(1, "a", incarnation: 5),
            ConversationPair.configuration(1, "a", incarnation: 5))
        try itself.open()
        #expect(itself.transcript.last == "a ends: refused ownAddress")
        let twin = ConversationPair(
            ConversationPair.configuration(1, "a", incarnation: 5),
            ConversationPair.configuration(1, "a", incarnation: 6))
        try twin.open()
        #expect(twin.transcript.last == "a ends: refused duplicateIdentity")
    }

    @Test(arguments: [Refusal.Code.divergence, .rewound, .duplicateIdentity, .busy])
    func `the owner may refuse after a digest, and nothing is joined`(code: Refusal.Code) throws {
        let pair = ConversationPair()
        pair.sides[0].store.write()
        pair.sides[1].answersDigests = Refusal(code, "no")
        try pair.open()
        #expect(pair.transcript.contains("b > refusal \(code)"))
        #expect(pair.sides[0].outcome?.ending == .refused(Refusal(code, "no")))
        #expect(pair.sides[1].outcome?.ending == .refusing(Refusal(code, "no")))
        #expect(!pair.transcript.contains("b joins"))
    }

    @Test(arguments: Refusal.Code.allCases)
    func `any refusal ends the conversation in any state`(code: Refusal.Code) throws {
        for messages in 0..<10 {
            let pair = ConversationPair()
            pair.sides[0].store.write()
            pair.messagesLeft = messages
            pair.sides[0].actions += pair.sides[0].conversation.opened(at: pair.now)
            var conversation = pair.sides[0].conversation
            let actions = conversation.receive(.refusal(Refusal(code, "because")), at: pair.now)
            guard case .finish(let outcome)? = actions.last else {
                Issue.record("not finished: \(actions)")
                return
            }
            #expect(outcome.ending == .refused(Refusal(code, "because")))
        }
    }

    /// Every kind of message out of place, in every state reached by so many messages.
    @Test(arguments: 0..<12) func `a message out of place ends the conversation as malformed or is legal`(steps: Int)
        throws
    {
        let messages: [ConversationMessage] = [
            .greeting(ConversationPair.configuration(3, "c").greeting), .proof([UInt8](repeating: 0, count: 32)),
            .digest(StoreModel(3).digest), .records(EncodedRecords([1, 0], count: 1)), .credit(5),
            .closing(StoreModel(3).closing), .settled(CausalContext()), .goodbye, .refusal(Refusal(.busy, "")),
            .membership(.forgetQuery(attempt: 1)),
        ]
        for message in messages {
            let pair = ConversationPair()
            pair.sides[0].store.write()
            pair.messagesLeft = steps
            for side in 0...1 { pair.sides[side].actions += pair.sides[side].conversation.opened(at: pair.now) }
            pair.sides[0].holdsJoin = true
            pair.stopsInsteadOfBreaking = true
            try pair.run()
            for side in 0...1 {
                var conversation = pair.sides[side].conversation
                let actions = conversation.receive(message, at: pair.now)
                let isRefused = actions.contains { action in
                    if case .send(.refusal(let refusal)) = action { return refusal.code == .malformed }
                    return false
                }
                #expect(!isRefused || conversation.isFinished)
                switch message {
                case .proof: #expect(isRefused || conversation.isFinished)
                case .greeting: if conversation.isEstablished { #expect(conversation.peer?.name == "c") }
                case .goodbye, .refusal: #expect(conversation.isFinished)
                case .membership, .leadership:
                    #expect(isRefused || conversation.isEstablished || conversation.isFinished)
                case .digest, .records, .credit, .closing, .settled: break
                }
            }
        }
    }

    @Test func `a frame of another partition or that cannot be read is refused`() throws {
        let pair = ConversationPair()
        try pair.open()
        var conversation = pair.sides[0].conversation
        var actions = conversation.receive(PeerFrame(kind: .goodbye, partition: 3, payload: []), at: pair.now)
        #expect(actions.first == .send(.refusal(Refusal(.limit, "partition 3 is not held here"))))
        conversation = pair.sides[0].conversation
        actions = conversation.receive(PeerFrame(kind: .digest, partition: 0, payload: [0xFF]), at: pair.now)
        #expect(conversation.isFinished)
        conversation = pair.sides[0].conversation
        actions = conversation.receive(FrameError.checksum, at: pair.now)
        #expect(conversation.isFinished)
        #expect(conversation.receive(.goodbye, at: pair.now) == [])
        #expect(conversation.closedByPeer(at: pair.now) == [])
    }
}
