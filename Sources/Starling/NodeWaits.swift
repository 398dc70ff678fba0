import Causality
import Platform
import Replication

extension Node {
    /// How many peers hold the write, once they are `count` or the time is over.
    func performWait(for dot: Dot, count: Int, within delay: Delay) async throws(NodeError) -> Int {
        let result: Result<Int, NodeError> = await withCheckedContinuation { continuation in
            let request = NodeRequest(
                run: { loop in
                    _ = loop.replica.wait(for: dot, heldBy: count, until: loop.replica.now + delay) { holders in
                        continuation.resume(returning: .success(holders))
                    }
                    return true
                },
                refuse: { continuation.resume(returning: .failure($0)) })
            self.submit(request)
        }
        return try result.get()
    }
}
