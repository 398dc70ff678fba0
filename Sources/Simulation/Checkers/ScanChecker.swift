import Causality
import DataModel
import Journal
package import Replication

/// A scan meets every key that is there from before it begins until after it ends, once and in order if
/// it has one, whatever is written meanwhile.
package struct ScanChecker {
    /// A checker; it keeps nothing.
    package init() {}

    /// Checks a scan that has just ended.
    ///
    /// - Throws: a finding about a key that was left out, or met out of order or twice.
    package func check(_ run: ScanRun, _ replica: Replica, _ history: WriteHistory) throws(Finding) {
        if run.form == .snapshot || run.form == .descendingSnapshot { return try self.checkState(run) }
        if run.form != .cursor {
            for (first, second) in zip(run.met, run.met.dropFirst()) {
                let (low, high) = run.form == .ascending ? (first, second) : (second, first)
                guard !low.lexicographicallyPrecedes(high) else { continue }
                throw Finding(
                    .scan,
                    "a scan on \(run.node.name) met \(String(decoding: first, as: UTF8.self)) before "
                        + String(decoding: second, as: UTF8.self))
            }
        }
        for key in run.initialKeys where !run.met.contains(key) {
            guard self.stayed(key, run.context, replica.journal.context, history) else { continue }
            throw Finding(
                .scan,
                "a scan on \(run.node.name) left out \(String(decoding: key, as: UTF8.self)), which was there all "
                    + "the time")
        }
    }

    /// Checks that a scan of one state has read what was there when it began, and nothing else.
    private func checkState(_ run: ScanRun) throws(Finding) {
        guard run.entries != run.expected else { return }
        let place = zip(run.entries, run.expected).prefix { $0 == $1 }.count
        func words(_ entries: [EntryPage.Entry]) -> String {
            guard place < entries.count else { return "nothing" }
            let value = entries[place].value.map { String(decoding: $0, as: UTF8.self) } ?? "several values"
            return "\(String(decoding: entries[place].key, as: UTF8.self)) with \(value)"
        }
        throw Finding(
            .scan,
            "a scan on \(run.node.name) of one state read \(words(run.entries)) as entry \(place + 1), where "
                + "\(words(run.expected)) was when it began")
    }

    /// Whether no write that a reader could take for an end of the key has come in meanwhile.
    private func stayed(
        _ key: [UInt8], _ before: CausalContext, _ after: CausalContext, _ history: WriteHistory
    ) -> Bool {
        guard let number = history.number(of: key) else { return false }
        return !history.writesOfKey[number].contains { index in
            let write = history.writes[index]
            return !write.isLost && after.contains(write.dot) && !before.contains(write.dot)
                && (write.operation == .delete || write.expiry != nil)
        }
    }
}
