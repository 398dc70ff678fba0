public import Causality
import Platform
import Replication

extension Node {
    /// The peers this node knows, in the order in which they became known.
    public var peers: [NodeStatus.Peer] {
        get async throws(NodeError) { try await self.status().peers }
    }

    /// Forgets peers for good, all in one step: a node that was shut down, lost its disk, or will not be back.
    /// Deletes then no longer wait for them. All other members must be reachable, or nothing is forgotten.
    ///
    /// One that comes back after all takes a new peer ID and joins as a new node; what it had written and told
    /// nobody still counts.
    ///
    /// - Parameter peers: each a node's name, its `HOST:PORT`, or its peer ID.
    /// - Returns: the peer IDs that were forgotten by this call.
    /// - Throws: `refused` with the reason when a remaining member does not agree or cannot be reached.
    @discardableResult
    public func forget(_ peers: String...) async throws(NodeError) -> [PeerID] {
        let result: Result<[PeerID], NodeError> = await withCheckedContinuation { continuation in
            let request = NodeRequest(
                run: { loop in
                    guard loop.replica.isServing else { return false }
                    loop.replica.forget(peers) { result in
                        continuation.resume(returning: result.mapError { NodeError($0) })
                    }
                    return true
                },
                refuse: { continuation.resume(returning: .failure($0)) })
            self.submit(request)
        }
        return try result.get()
    }
}
