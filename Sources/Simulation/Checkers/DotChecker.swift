import Causality
import DataModel
import Journal
package import Replication

/// One dot, one content: what any node holds under a name is what was written under it.
package struct DotChecker {
    /// A checker; what it learns goes into the history.
    package init() {}

    /// - Throws: a finding about a record that nobody wrote, or that differs from what was written.
    package func check(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        if let stranger = survey.strangers.first {
            throw Finding(
                .oneContent, "\(survey.node) holds a record that no node could have told of", [stranger])
        }
        guard survey.unknownClaims == 0 else {
            throw Finding(
                .oneContent, "the context of \(survey.node) has \(survey.unknownClaims) dots that name no write")
        }
        for holding in survey.holdings {
            guard let index = holding.write else { continue }
            let write = history.writes[index]
            guard history.keys[write.key] == holding.key, write.operation == holding.operation else {
                throw Finding(
                    .oneContent,
                    "\(survey.node) holds under this name a record of another key or kind than was written",
                    [holding.dot])
            }
            guard let checksum = write.checksum else {
                history.note(holding.checksum, of: holding.dot)
                continue
            }
            guard checksum == holding.checksum else {
                throw Finding(
                    .oneContent,
                    "\(survey.node) holds other bytes of key \(history.name(of: write.key)) than were "
                        + "written", [holding.dot])
            }
        }
    }

    /// Reads every live record from the log and compares it with what its client wrote.
    ///
    /// - Parameter isDiskDamaged: whether records may be unreadable.
    /// - Returns: how many records could not be read.
    /// - Throws: a finding about a value that is not the one written.
    @discardableResult
    package func checkValues(
        _ replica: Replica, node: String, _ history: WriteHistory, isDiskDamaged: Bool = false
    ) throws(Finding) -> Int {
        var failure: Finding?
        var unreadable = 0
        replica.journal.index.forEachSlot { slot in
            replica.journal.index.forEachRecord(of: slot) { record in
                // Values are compared; of a damaged disk all must be looked at, whatever they say.
                let write = history[record.dot].flatMap { $0.operation == .put ? $0 : nil }
                guard failure == nil, isDiskDamaged || write != nil else { return }
                do throws(JournalError) {
                    let found = try replica.journal.readRecord(record)
                    guard let write, found.value != write.value || found.expiry != write.expiry else { return }
                    failure = Finding(.oneContent, "\(node) has another value than was written", [record.dot])
                } catch {
                    unreadable += 1
                    guard !isDiskDamaged else { return }
                    failure = Finding(.oneContent, "\(node) cannot read a live record: \(error)", [record.dot])
                }
            }
            return failure == nil
        }
        if let failure { throw failure }
        return unreadable
    }
}
