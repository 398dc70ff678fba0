import Causality
import DataModel

/// The writes of a transaction that has not ended, in order, and what readers within it see of them.
///
/// Each has the dot that it will get: nobody else writes before the transaction ends.
struct StagedWrites {
    private(set) var writes: [Write] = []
    /// Bytes of keys and values.
    private(set) var byteCount = 0
    /// Where the latest write of each key stands. Only looked up, never walked.
    private var latest: [[UInt8]: Int] = [:]
    private let peer: PeerID
    private let sequence: UInt64

    /// - Parameter sequence: The writer's last one before the transaction.
    init(peer: PeerID, after sequence: UInt64) {
        self.peer = peer
        self.sequence = sequence
    }

    /// The dot of the next write.
    var nextDot: Dot { self.dot(of: self.writes.count) }

    /// Adds a write and returns its dot.
    ///
    /// - Throws: `tooLarge` when the batch would be.
    mutating func append(_ write: Write) throws(ReplicaError) -> Dot {
        let length = self.byteCount + write.key.count + write.value.count
        guard self.writes.count < DataLimits.batchCount else {
            throw .tooLarge(what: "batch", length: self.writes.count + 1, limit: DataLimits.batchCount)
        }
        guard length <= DataLimits.batchLength else {
            throw .tooLarge(what: "batch", length: length, limit: DataLimits.batchLength)
        }
        let dot = self.nextDot
        self.latest[write.key] = self.writes.count
        self.writes.append(write)
        self.byteCount = length
        return dot
    }

    /// What there will be of the key; nil if nothing was written to it.
    func sibling(of key: [UInt8]) -> Sibling? {
        guard let place = self.latest[key] else { return nil }
        let write = self.writes[place]
        return Sibling(
            dot: self.dot(of: place), clock: 0, timestamp: HybridTimestamp(rawValue: 0), operation: write.operation,
            value: write.value, expiry: write.expiry)
    }

    private func dot(of place: Int) -> Dot {
        Dot(peer: self.peer, sequence: self.sequence + 1 + UInt64(place))
    }
}
