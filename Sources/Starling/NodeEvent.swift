public import Causality
public import DataModel
import Replication

/// Something that happened to a node. More cases may be added.
@nonexhaustive
public enum NodeEvent: Sendable {
    /// How things stood when the sequence began; always its first element.
    case snapshot(NodeStatus)
    /// A peer became known, by whatever way.
    case peerFound(name: String, address: String)
    /// A first conversation with a peer began, or the first after it was lost.
    case connected(peer: PeerID, name: String)
    /// A peer that was connected cannot be reached.
    case disconnected(peer: PeerID, name: String, reason: String)
    /// A peer was forgotten, here or on another node: it is waited for no longer.
    case forgotten(peer: PeerID, name: String)
    /// A key got concurrent siblings.
    case conflict(key: Key, siblings: Int)
    /// Something failed that no caller was told of.
    case failed(String)
    /// The log is damaged, here first: nobody is served until the peers have given what they hold.
    case healing(reason: String)
    /// The node serves again; so many records came back that no peer had.
    case healed(restored: Int)
    /// The node is in leader mode now, or no longer, for the reason.
    case modeChanged(isLeaderMode: Bool, reason: String)
    /// Leader mode was asked for, and was not founded, for the reason.
    case modeKept(reason: String)
    /// Who leads from now on, and in which term.
    case leader(peer: PeerID, name: String, term: UInt64)
    /// The leader of this term is gone, and no other is known yet.
    case leaderLost(term: UInt64)
    /// Two nodes acted as leader at once; in words, with both terms. The one of the lower term is fenced.
    case splitBrain(String)
    /// The node had to take a new peer ID.
    case identityChanged(from: PeerID, to: PeerID, reason: String)
    /// So many events were dropped here because the sequence was not read fast enough.
    case missed(Int)

    init(_ event: ReplicaEvent) {
        switch event {
        case .peerFound(let name, let address): self = .peerFound(name: name, address: address)
        case .connected(let peer, let name): self = .connected(peer: peer, name: name)
        case .disconnected(let peer, let name, let reason):
            self = .disconnected(peer: peer, name: name, reason: reason)
        case .forgotten(let peer, let name): self = .forgotten(peer: peer, name: name)
        case .conflict(let key, let siblings): self = .conflict(key: key, siblings: siblings)
        case .failed(let text): self = .failed(text)
        case .healing(let reason): self = .healing(reason: reason)
        case .healed(let count): self = .healed(restored: Int(clamping: count))
        case .modeChanged(let isLeaderMode, let reason): self = .modeChanged(isLeaderMode: isLeaderMode, reason: reason)
        case .modeKept(let reason): self = .modeKept(reason: reason)
        case .leader(let peer, let name, let term): self = .leader(peer: peer, name: name, term: term)
        case .leaderLost(let term): self = .leaderLost(term: term)
        case .splitBrain(let words): self = .splitBrain(words)
        case .identityChanged(let old, let new, let reason):
            self = .identityChanged(from: old, to: new, reason: reason)
        }
    }
}
