package import Causality

/// Walking the index: by key, by slot number, and by peer and sequence.
extension LiveIndex {
    /// Calls `body` with the slots whose keys lie between the bounds, in key order or against it, until it
    /// returns false. Tombstones' slots are among them.
    ///
    /// - Complexity: O(log n) to begin.
    package func forEachSlot(
        from lower: KeyBound = .unbounded, to upper: KeyBound = .unbounded, descending: Bool = false,
        _ body: (SlotID) -> Bool
    ) {
        self.walk(self.order, from: lower, to: upper, descending: descending, body)
    }

    /// Calls `body` with the slots of keys in conflict, as ``forEachSlot(from:to:descending:_:)`` does.
    package func forEachConflict(
        from lower: KeyBound = .unbounded, to upper: KeyBound = .unbounded, descending: Bool = false,
        _ body: (SlotID) -> Bool
    ) {
        self.walk(self.conflicts, from: lower, to: upper, descending: descending, body)
    }

    /// One more than the highest slot number in use so far.
    package var slotEnd: UInt32 {
        self.slots.end
    }

    /// Returns the live slot with the lowest number from `number` on.
    ///
    /// Walking all slots this way, over any time, meets every key that is there all the while exactly once.
    ///
    /// - Complexity: O(n) in the free slots stepped over.
    package func nextSlot(atOrAfter number: UInt32) -> SlotID? {
        var id = number
        while id < self.slots.end {
            if self.slots.isOccupied(id) { return SlotID(rawValue: id) }
            id += 1
        }
        return nil
    }

    /// The peers that live or retired records are from, ascending.
    package var tailPeers: [PeerID] {
        self.ledger.tails.peers
    }

    /// Calls `body` with the peer's records, live, retired and held, whose sequence is in the range, ascending, until
    /// it returns false. The slot is where the record was put; see ``tailRecord(_:slotHint:)``.
    package func forEachTail(
        of peer: PeerID, in range: ClosedRange<UInt64>, _ body: (UInt64, SlotID) -> Bool
    ) {
        self.ledger.tails[peer]?.forEach(in: range) { sequence, id in body(sequence, SlotID(rawValue: id)) }
    }

    /// Returns the peer's first record, live, retired or held, from that sequence on.
    ///
    /// - Complexity: O(log n).
    package func nextTail(of peer: PeerID, atOrAfter sequence: UInt64) -> (sequence: UInt64, slot: SlotID)? {
        guard let found = self.ledger.tails[peer]?.next(atOrAfter: sequence) else { return nil }
        return (found.sequence, SlotID(rawValue: found.id))
    }

    /// Returns the live record of that dot and where it is.
    ///
    /// - Complexity: O(log n).
    package func find(_ dot: Dot) -> (slot: SlotID, record: LiveRecord)? {
        guard let id = self.ledger.tails[dot.peer]?.slot(of: dot.sequence),
            let record = self.slots.record(dot, in: id)
        else { return nil }
        return (SlotID(rawValue: id), record)
    }

    /// Returns the live, retired or held record of that dot and where it was put.
    ///
    /// - Complexity: O(log n).
    func needed(_ dot: Dot) -> (slot: SlotID, record: LiveRecord, isRetired: Bool)? {
        guard let id = self.ledger.tails[dot.peer]?.slot(of: dot.sequence) else { return nil }
        let slot = SlotID(rawValue: id)
        if let found = self.tailRecord(dot, slotHint: slot) { return (slot, found.record, found.isRetired) }
        return self.ledger.held.record(dot).map { (slot, $0, true) }
    }

    /// Returns the record of that dot, from the slot that a tail named or from among the retired; nil for one that
    /// is only held for a cut.
    package func tailRecord(_ dot: Dot, slotHint: SlotID) -> (record: LiveRecord, isRetired: Bool)? {
        if let record = self.slots.record(dot, in: slotHint.rawValue) { return (record, false) }
        return self.ledger.retiredRecord(dot).map { ($0, true) }
    }

    /// Returns the record of that dot if it was live in an open cut whose context has the dot.
    ///
    /// - Complexity: O(log n).
    func cutRecord(_ dot: Dot, slotHint: SlotID, of cut: CutID) -> LiveRecord? {
        self.tailRecord(dot, slotHint: slotHint)?.record ?? self.ledger.held.record(dot, in: cut)
    }

    private func walk(
        _ order: borrowing KeyOrder, from lower: KeyBound, to upper: KeyBound, descending: Bool,
        _ body: (SlotID) -> Bool
    ) {
        var start = order.start
        var end = order.end
        switch lower {
        case .unbounded: break
        case .including(let key): start = unsafe key.withUnsafeBytes { unsafe order.lowerBound($0, in: self.slots) }
        case .excluding(let key): start = unsafe key.withUnsafeBytes { unsafe order.upperBound($0, in: self.slots) }
        }
        switch upper {
        case .unbounded: break
        case .including(let key): end = unsafe key.withUnsafeBytes { unsafe order.upperBound($0, in: self.slots) }
        case .excluding(let key): end = unsafe key.withUnsafeBytes { unsafe order.lowerBound($0, in: self.slots) }
        }
        while start < end {
            if descending {
                end = order.position(before: end)
                if !body(SlotID(rawValue: order[end])) { return }
            } else {
                if !body(SlotID(rawValue: order[start])) { return }
                start = order.position(after: start)
            }
        }
    }
}
