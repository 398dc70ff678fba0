/// Which nodes know which from the start.
package enum ClusterTopology: String, Sendable, CaseIterable {
    /// Everyone knows everyone.
    case mesh
    /// Each knows its neighbours; what one knows the others learn.
    case chain
    /// As a chain, and only neighbours can reach each other at all.
    case walledChain
    /// All know the first, which knows nobody.
    case star
    /// Nobody knows anybody; beacons tell.
    case multicast

    /// The nodes that a node is told of, of so many.
    func peers(of node: Int, count: Int) -> [Int] {
        switch self {
        case .mesh: (0..<count).filter { $0 != node }
        case .chain, .walledChain: [node - 1, node + 1].filter { (0..<count).contains($0) }
        case .star: node == 0 ? [] : [0]
        case .multicast: []
        }
    }

    /// Whether two nodes can reach each other while nothing is broken.
    func connects(_ left: Int, _ right: Int) -> Bool {
        switch self {
        case .walledChain: abs(left - right) <= 1
        case .mesh, .chain, .star, .multicast: true
        }
    }
}
