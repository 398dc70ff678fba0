import ByteCoding
import Causality

/// The proof that a peer knows the cluster's secret, which never travels itself.
///
/// Challenge and response with a keyed hash, as in RFC 2104. Both challenges, both peer IDs and the
/// prover's role are in it, so that a proof heard once is of no use on another connection or way.
package enum ClusterProof {
    /// Returns the 32 bytes with which `role` proves itself on the connection between these two.
    package static func make(
        secret: [UInt8], by role: ConversationRole, initiator: Greeting, acceptor: Greeting
    ) -> [UInt8] {
        var message = ByteWriter(Array(MessageFormat.proofLabel.utf8))
        message.write(role == .initiator ? UInt8(1) : UInt8(2))
        message.write(initiator.challenge)
        message.write(acceptor.challenge)
        message.write(initiator.peer.rawValue)
        message.write(acceptor.peer.rawValue)
        message.write(initiator.cluster)
        return HMAC.sha256(message.bytes, key: secret)
    }
}
