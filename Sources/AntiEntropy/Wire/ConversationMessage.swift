package import Causality

/// What one side of a conversation says to the other.
package enum ConversationMessage: Hashable, Sendable {
    case greeting(Greeting)
    /// The 32 bytes of a ``ClusterProof``.
    case proof([UInt8])
    case digest(Digest)
    case records(EncodedRecords)
    /// So many more bytes of records may be sent.
    case credit(UInt64)
    case closing(Closing)
    /// The closing was joined and is durable; this is the sender's synced context with it.
    case settled(CausalContext)
    case goodbye
    case refusal(Refusal)
    /// Who belongs to the cluster.
    case membership(MembershipMessage)
    /// What leader mode has to say; what the bytes mean is its own affair.
    case leadership([UInt8])

    /// What stands in the frame's header.
    package var kind: MessageKind {
        switch self {
        case .greeting: .greeting
        case .proof: .proof
        case .digest: .digest
        case .records: .records
        case .credit: .credit
        case .closing: .closing
        case .settled: .settled
        case .goodbye: .goodbye
        case .refusal: .refusal
        case .membership: .membership
        case .leadership: .leadership
        }
    }
}
