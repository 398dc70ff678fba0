package import Causality
import DataModel

/// The ends of conversations.
extension RecordJournal {
    /// Joins what a peer has seen, at the close of a conversation, and its floor if it was a snapshot.
    /// After a crash both count or neither does. Writes only what is new.
    ///
    /// - Throws: when the result would be too large, or the bytes were not admitted; then nothing has
    ///   changed.
    package func join(context: CausalContext, floor: VersionVector?) throws(JournalError) {
        let news = self.news(context, floor)
        guard !news.dots.isEmpty || !news.floor.isEmpty else { return }
        let (joined, joinedFloor) = try self.joined(context, floor)
        let bytes = self.bytes(of: news)
        let isBatch = !news.dots.isEmpty && !news.floor.isEmpty && !self.log.hasGroup
        if isBatch { try self.log.beginGroup(bytes) } else { try self.log.reserve(bytes) }
        if !news.dots.isEmpty { self.log.append(news.dots) }
        if !news.floor.isEmpty { self.log.append(news.floor) }
        if isBatch { self.log.endGroup() }
        self.state.context = joined
        self.state.floor = joinedFloor
        self.ownSequence = max(self.ownSequence, joined[self.identity.peer].highest)
    }

    /// Throws what ``join(context:floor:)`` would, lack of room apart: to be asked before anything else
    /// is written that counts only together with the join.
    package func checkJoin(context: CausalContext, floor: VersionVector?) throws(JournalError) {
        _ = try self.joined(context, floor)
    }

    private func joined(
        _ context: CausalContext, _ floor: VersionVector?
    ) throws(JournalError) -> (CausalContext, VersionVector) {
        var joined = self.state.context
        joined.formUnion(context)
        var joinedFloor = self.state.floor
        if let floor { joinedFloor.formUnion(floor) }
        // Ranges are not counted: each needs a record that was taken in, and most of them end here.
        guard joined.entries.count <= DataLimits.contextPeers, joinedFloor.entries.count <= DataLimits.contextPeers
        else { throw .contextTooLarge }
        return (joined, joinedFloor)
    }

    /// At least as many bytes as ``join(context:floor:)`` appends, for ``admit(byteCount:)``.
    package func joinBytes(context: CausalContext, floor: VersionVector?) -> Int {
        self.bytes(of: self.news(context, floor))
    }

    /// Ends a snapshot: drops every live record whose dot the sender had seen but did not stream, for
    /// the sender had seen it end. To be followed by ``join(context:floor:)`` in the same group.
    ///
    /// - Complexity: O(n) in all live records.
    /// - Throws: when the bytes were not admitted; then nothing has changed.
    package func dropAbsent(closing: CausalContext, streamed: CausalContext) throws(JournalError) {
        let absent = self.absent(closing, streamed)
        guard !absent.isEmpty else { return }
        let bytes = absent.reduce(0) { $0 + $1.frames.reduce(0) { $0 + $1.byteCount } }
        let isBatch = !self.log.hasGroup
        if isBatch { try self.log.beginGroup(bytes) } else { try self.log.reserve(bytes) }
        for (slot, record, frames) in absent {
            for frame in frames { self.log.append(frame) }
            self.takeOut(record, from: slot)
        }
        if isBatch { self.log.endGroup() }
    }

    /// At least as many bytes as ``dropAbsent(closing:streamed:)`` appends, for ``admit(byteCount:)``.
    ///
    /// - Complexity: O(n) in all live records.
    package func absentBytes(closing: CausalContext, streamed: CausalContext) -> Int {
        self.absent(closing, streamed).reduce(0) { $0 + $1.frames.reduce(0) { $0 + $1.byteCount } }
    }

    private func news(
        _ context: CausalContext, _ floor: VersionVector?
    ) -> (dots: CausalContext, floor: VersionVector) {
        var dots = context.missing(from: self.state.context)
        // A difference of two sets may have more gaps than either.
        if !dots.isWithinLimits { dots = context }
        return (dots, floor?.raising(self.state.floor) ?? VersionVector())
    }

    private func bytes(of news: (dots: CausalContext, floor: VersionVector)) -> Int {
        2 * LogFormat.frameHeaderLength + 10 + news.dots.encodedBound + news.floor.encodedBound
    }

    private func absent(
        _ closing: CausalContext, _ streamed: CausalContext
    ) -> [(slot: SlotID, record: LiveRecord, frames: [GoneFrame])] {
        var result: [(slot: SlotID, record: LiveRecord, frames: [GoneFrame])] = []
        var next: UInt32 = 0
        while let slot = self.index.nextSlot(atOrAfter: next) {
            next = slot.rawValue + 1
            self.index.forEachRecord(of: slot) { record in
                guard closing.contains(record.dot), !streamed.contains(record.dot) else { return }
                let key = self.index.key(of: slot)
                result.append((slot, record, GoneFrame.frames(for: record, key: key, index: self.index)))
            }
        }
        return result
    }
}
