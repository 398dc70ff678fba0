package import Causality

/// Why peers were not forgotten.
package enum ForgettingFailure: Error, Hashable, Sendable {
    /// These remaining members have not answered.
    case unreachable([PeerID])
    /// A member objects.
    case objection(by: PeerID, String)
    /// A member knows another that is not known here, and so could not be asked.
    case unknownMember(PeerID, name: String, knownBy: PeerID)
    /// Something that concerns this node itself, in words.
    case local(String)
}
