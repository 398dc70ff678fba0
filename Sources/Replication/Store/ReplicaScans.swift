import DataModel
package import Journal

extension Replica {
    /// Visits the keys that readers see, in key order, until `body` returns false.
    ///
    /// `body` MUST NOT write. The log's index does not move meanwhile: this is one consistent state.
    package func forEachKey(
        from lower: KeyBound, to upper: KeyBound, descending: Bool = false, _ body: (SlotID) -> Bool
    ) {
        self.journal.index.forEachSlot(from: lower, to: upper, descending: descending) { slot in
            self.isVisible(slot) ? body(slot) : true
        }
    }

    /// The next entries of a range, at most `count` and, but for one more, `maximumBytes` of keys and
    /// values. What follows is the page of the range behind, or when descending before, the last key.
    ///
    /// A key that readers see from before the first page until after the last is in exactly one of them.
    package func page(
        from lower: KeyBound, to upper: KeyBound, descending: Bool = false, count: Int, maximumBytes: Int
    ) throws(ReplicaError) -> EntryPage {
        var page = EntryPage()
        var length = 0
        var failure: ReplicaError?
        self.forEachKey(from: lower, to: upper, descending: descending) { slot in
            guard page.entries.count < count, length <= maximumBytes else {
                page.isLast = false
                return false
            }
            do throws(ReplicaError) {
                let key = self.journal.index.key(of: slot)
                var value: [UInt8] = []
                switch try self.read(key.span, into: &value).outcome {
                case .missing: return true
                case .found: page.entries.append(EntryPage.Entry(key: key, value: value))
                case .undecided(let siblings):
                    page.entries.append(EntryPage.Entry(key: key, value: nil, undecidedSiblings: siblings))
                }
                length += key.count + value.count
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        page.heldUntil = self.journal.appendedLSN
        return page
    }

    /// Visits the keys that readers see in an arbitrary order, from where `cursor` left off; at most
    /// `count` slots are looked at. Returns the next cursor, 0 at the end.
    ///
    /// A key that is there all the time between cursor 0 and 0 is visited at least once.
    package func scan(cursor: UInt64, count: Int, _ body: (SlotID) -> Void) -> UInt64 {
        var position = UInt32(clamping: cursor)
        for _ in 0..<max(1, count) {
            guard let slot = self.journal.index.nextSlot(atOrAfter: position) else { return 0 }
            if self.isVisible(slot) { body(slot) }
            guard slot.rawValue < .max else { return 0 }
            position = slot.rawValue + 1
        }
        return self.journal.index.nextSlot(atOrAfter: position) == nil ? 0 : UInt64(position)
    }

    /// Keys with more than one sibling that readers could see, in key order, at most `limit`.
    package func conflicts(limit: Int) -> [SlotID] {
        var result: [SlotID] = []
        self.journal.index.forEachConflict { slot in
            result.append(slot)
            return result.count < limit
        }
        return result
    }

    /// Keys that readers see, expired ones not counted once their time was noticed.
    package var keyCount: Int {
        self.journal.index.keyCount
    }
}
