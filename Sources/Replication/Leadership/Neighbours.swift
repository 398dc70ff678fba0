import Causality

/// What leader mode is told about the other nodes, once a turn when it asks.
struct Neighbours {
    /// All that are known and speak of leader mode, or have not been heard enough to tell; sorted.
    var known: [PeerID]
    /// Those of them that answer.
    var reachable: [PeerID]
    /// Those that have left for good, among the members asked about.
    var departed: [PeerID]
}
