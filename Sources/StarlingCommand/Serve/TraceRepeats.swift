import Platform

/// Keeps a warning that repeats from flooding: the first is shown, then one in a while with the number of those
/// that were not.
struct TraceRepeats {
    private struct Entry {
        var event: String
        var peer: String
        var shownAt: Instant
        var hidden: UInt64
    }

    /// How long after one was shown the same is not.
    static let interval = Delay.seconds(30)
    /// Kinds that are remembered; the one shown longest ago is forgotten first.
    static let limit = 256

    private var entries: [Entry] = []

    /// Returns the record as it should be shown, or nil if it should not.
    ///
    /// Only warnings and errors are held back, and only those with the same event and peer.
    mutating func admit(_ record: TraceRecord, at now: Instant) -> TraceRecord? {
        guard record.level >= .warning else { return record }
        let peer = record.fields.first { $0.name == "peer" }?.value ?? ""
        guard let index = self.entries.firstIndex(where: { $0.event == record.event && $0.peer == peer }) else {
            if self.entries.count == Self.limit {
                self.forgetOldest()
            }
            self.entries.append(Entry(event: record.event, peer: peer, shownAt: now, hidden: 0))
            return record
        }
        guard now.since(self.entries[index].shownAt) >= Self.interval else {
            self.entries[index].hidden += 1
            return nil
        }
        var shown = record
        if self.entries[index].hidden > 0 {
            shown.fields.append(TraceRecord.Field("repeated", String(self.entries[index].hidden)))
        }
        self.entries[index].shownAt = now
        self.entries[index].hidden = 0
        return shown
    }

    private mutating func forgetOldest() {
        guard let oldest = self.entries.indices.min(by: { self.entries[$0].shownAt < self.entries[$1].shownAt })
        else { return }
        self.entries.remove(at: oldest)
    }
}
