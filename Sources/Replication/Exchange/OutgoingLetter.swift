import Causality
import Platform

/// Something that leader mode has to say to a peer to which there is no link yet.
struct OutgoingLetter {
    let peer: PeerID
    let bytes: [UInt8]
    /// Then it is of no use any more.
    let until: Instant
}
