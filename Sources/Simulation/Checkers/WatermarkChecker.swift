package import Causality
package import Replication

/// What a node believes its peers to hold durably, they hold: a wait for acknowledgement tells no lie.
package struct WatermarkChecker {
    /// The latest writes are the interesting ones.
    private static let looked = 24

    /// A checker; it keeps nothing.
    package init() {}

    /// Compares what one node believes with what the disks of all others have.
    ///
    /// - Throws: a finding about a write that is believed to have more holders than it has.
    package func check(
        _ replica: Replica, node: String, others: [CausalContext], _ history: WriteHistory
    ) throws(Finding) {
        for write in history.writes.suffix(WatermarkChecker.looked) where !write.isLost {
            let believed = replica.holders(of: write.dot)
            let actual = others.count { $0.contains(write.dot) }
            guard believed > actual else { continue }
            throw Finding(
                .watermark,
                "\(node) believes \(believed) peers to hold a write of key "
                    + "\(history.name(of: write.key)) that only \(actual) hold", [write.dot])
        }
    }
}
