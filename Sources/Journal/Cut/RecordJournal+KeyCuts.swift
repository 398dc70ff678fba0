import Causality

/// Reading a state in the order of keys while writers go on.
///
/// What it costs beside what is read: for each record that is replaced before its key was read some 250 bytes of
/// memory, and its frame in the log, which compactions keep. No writer waits for it.
extension RecordJournal {
    /// Slots looked at in one call.
    private static let keySteps = 4096

    /// Opens the state that is there now, to be read by ``readKeys(_:_:)``: what has been appended, not only what is
    /// synced. It MUST be closed by ``closeKeyCut(_:)``.
    ///
    /// - Throws: when as many are open as may be.
    package func openKeyCut(from lower: KeyBound, to upper: KeyBound, descending: Bool) throws(CutError) -> CutID {
        guard !self.isClosed else { throw .journal(.closed) }
        guard let id = self.index.ledger.held.openKeys(self.state.context) else {
            throw .tooMany(limit: HeldRecords.keyCutMaximum)
        }
        self.index.keyCuts.append(
            KeyCut(id: id, context: self.state.context, from: lower, to: upper, descending: descending))
        return id
    }

    /// Visits the next keys with the records that were live in that state, in the order of their dots, until `body`
    /// returns false: then that key is the first of the next call. Returns whether all have been visited; if not, and
    /// `body` has not returned false, there are more all the same. `body` MUST NOT write.
    ///
    /// - Throws: when the state is not open any more.
    package func readKeys(
        _ id: CutID, _ body: ([UInt8], [LiveRecord]) -> Bool
    ) throws(CutError) -> Bool {
        let held = self.index.ledger.held
        if held.isOverrun(id) { throw .overrun(limit: KeyCut.limit) }
        guard !self.isClosed, held.isOpen(id), let place = self.index.keyCuts.firstIndex(where: { $0.id == id }) else {
            throw .closed
        }
        var cut = self.index.keyCuts[place]
        // The list must not hold what is changed here a second time.
        self.index.keyCuts[place] = KeyCut(
            id: id, context: CausalContext(), from: .unbounded, to: .unbounded, descending: false)
        defer { self.index.keyCuts[place] = cut }
        var steps = 0
        var goesOn = true
        self.index.forEachSlot(from: cut.restLower, to: cut.restUpper, descending: cut.descending) { slot in
            let key = self.index.key(of: slot)
            while goesOn, let next = cut.nextReplaced(), KeyCut.precedes(next, key, cut.descending) {
                goesOn = self.visit(next, nil, &cut, body)
            }
            steps += 1
            if goesOn { goesOn = self.visit(key, slot, &cut, body) }
            if steps >= RecordJournal.keySteps { goesOn = false }
            return goesOn
        }
        while goesOn, let next = cut.nextReplaced() { goesOn = self.visit(next, nil, &cut, body) }
        return goesOn
    }

    /// Ends the reading, whether all was read or not.
    package func closeKeyCut(_ id: CutID) {
        self.index.ledger.held.close(id)
        self.index.keyCuts.removeAll { $0.id == id }
    }

    /// States that are being read in the order of keys.
    package var openKeyCutCount: Int { self.index.keyCuts.count }

    /// Hands over what the key was in that state; false if `body` does not take it.
    private func visit(
        _ key: [UInt8], _ slot: SlotID?, _ cut: inout KeyCut, _ body: ([UInt8], [LiveRecord]) -> Bool
    ) -> Bool {
        var records: [LiveRecord] = []
        if let slot {
            self.index.forEachRecord(of: slot) { record in
                if cut.context.contains(record.dot) { records.append(record) }
            }
        }
        let replaced = cut.replacedDots(of: key)
        if !replaced.isEmpty {
            for dot in replaced {
                if let found = self.index.needed(dot) { records.append(found.record) }
            }
            records.sort { $0.dot < $1.dot }
        }
        guard records.isEmpty || body(key, records) else { return false }
        cut.pass(key)
        return true
    }
}
