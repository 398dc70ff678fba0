import Causality

/// The rules of causality that need the index's contexts.
extension LiveIndex {
    /// Whether the record replaces the one named `dot`, if they are of one key.
    func covers(_ record: LiveRecord, _ dot: Dot) -> Bool {
        if record.replacesAllEarlier, dot.peer == record.dot.peer, dot.sequence < record.dot.sequence { return true }
        return record.hasContext && self.context(of: record).contains(dot)
    }

    /// The record's context with what the flag implies written out.
    func fullContext(of record: LiveRecord) -> CausalContext {
        var context = self.context(of: record)
        if record.replacesAllEarlier, record.dot.sequence > 1 {
            context.insert(1...(record.dot.sequence - 1), of: record.dot.peer)
        }
        return context
    }
}
