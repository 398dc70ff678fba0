import AntiEntropy
import ByteCoding
import Causality
import DataModel
import Platform

/// One message of each kind, with every field filled.
enum MessageSamples {
    static let context: CausalContext = {
        var context = CausalContext()
        context.insert(1...900, of: PeerID(rawValue: 3))
        context.insert(905...907, of: PeerID(rawValue: 3))
        context.insert(4...4, of: PeerID(rawValue: .max))
        return context
    }()

    static let floor: VersionVector = {
        var floor = VersionVector()
        floor.raise(PeerID(rawValue: 3), to: 800)
        return floor
    }()

    static let greeting = Greeting(
        cluster: "tour", peer: PeerID(rawValue: 3), incarnation: 11, name: "london",
        advertised: NetworkAddress(host: "10.0.0.1", port: 9000), challenge: UInt128.max - 5, hasSecret: true,
        predecessors: [PeerID(rawValue: 1), PeerID(rawValue: 2)])

    static let digest = Digest(
        context: context, floor: floor, lastOwn: LastOwnRecord(sequence: 907, checksum: 0xDEAD_BEEF),
        liveHash: UInt128.max / 3, timestamp: HybridTimestamp(milliseconds: 1_700_000_000_000, counter: 3),
        resolvers: ["*=version-then-timestamp", "cart:*=union"],
        peers: [
            PeerAnnouncement(
                peer: PeerID(rawValue: 9), name: "paris", address: NetworkAddress(host: "fe80::1", port: 9001))
        ], round: 2)

    static let closing = Closing(
        context: context, floor: floor, lastOwn: LastOwnRecord(sequence: 1, checksum: 2), isSnapshot: true,
        recordCount: 77)

    static let records: EncodedRecords = {
        var store = StoreModel(3)
        store.write(4)
        store.beginStream(missingFrom: CausalContext(), snapshot: false)
        var records = store.fetch(maximumBytes: 100_000).0
        records.isSnapshot = true
        return records
    }()

    static let membership: [MembershipMessage] = [
        .forgetRequest(attempt: 7, subjects: [PeerID(rawValue: 3), PeerID(rawValue: 4)]),
        .forgetReport(
            ForgetReport(
                attempt: 7, held: context, voids: CausalContext([Dot(peer: PeerID(rawValue: 3), sequence: 2)]),
                members: [ForgetReport.KnownMember(peer: PeerID(rawValue: 5), name: "rome")],
                objection: "not that one")),
        .forgetQuery(attempt: 7), .forgetEnd(attempt: .max),
        .departed([PeerID(rawValue: 3)], voids: context), .snapshotWanted,
    ]

    static let all: [ConversationMessage] = [
        .greeting(greeting), .proof((0..<32).map { UInt8($0) }), .digest(digest), .records(records),
        .credit(1 << 40), .closing(closing), .settled(context), .goodbye, .refusal(Refusal(.busy, "later, please")),
        .membership(membership[1]),
        .leadership([1, 2, 3]),
    ]
}
