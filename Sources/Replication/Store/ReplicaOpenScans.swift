import DataModel
package import Journal
package import Platform

/// Scans of one state in several pages, turns apart, while writers go on.
extension Replica {
    /// A scan of which no page was asked for this long is given up, for what is replaced is kept for it.
    package static let scanPatience = Delay.seconds(600)

    /// Begins a scan of what is there now, and returns its number. It MUST be closed by ``closeScan(_:)``.
    package func openScan(
        from lower: KeyBound, to upper: KeyBound, descending: Bool = false
    ) throws(ReplicaError) -> UInt64 {
        do throws(CutError) {
            let cut = try self.journal.openKeyCut(from: lower, to: upper, descending: descending)
            self.lastScan += 1
            self.scans.append(
                OpenScan(
                    id: self.lastScan, cut: cut, wallTime: self.wallNow, heldUntil: self.journal.appendedLSN,
                    lastRead: self.now))
            return self.lastScan
        } catch {
            throw .scan(error)
        }
    }

    /// The next entries, at most `count` and, but for one more, `maximumBytes` of keys and values. There may be none
    /// of them although more will come: a bounded number of keys is looked at.
    ///
    /// - Throws: when the scan was given up, since nobody read on or too much was replaced meanwhile, or was closed.
    package func readScan(_ id: UInt64, count: Int, maximumBytes: Int) throws(ReplicaError) -> EntryPage {
        guard let place = self.scans.firstIndex(where: { $0.id == id }) else { throw .scan(.closed) }
        self.scans[place].lastRead = self.now
        let scan = self.scans[place]
        var page = EntryPage()
        var length = 0
        var failure: ReplicaError?
        do throws(CutError) {
            page.isLast = try self.journal.readKeys(scan.cut) { key, records in
                guard page.entries.count < count, length <= maximumBytes else { return false }
                do throws(ReplicaError) {
                    guard let entry = try self.entry(key, records, at: scan.wallTime) else { return true }
                    page.entries.append(entry)
                    length += key.count + (entry.value?.count ?? 0)
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            throw .scan(error)
        }
        if let failure { throw failure }
        page.heldUntil = scan.heldUntil
        return page
    }

    /// Ends a scan, whether all was read or not.
    package func closeScan(_ id: UInt64) {
        guard let place = self.scans.firstIndex(where: { $0.id == id }) else { return }
        self.journal.closeKeyCut(self.scans.remove(at: place).cut)
    }

    /// Scans that are open.
    package var scanCount: Int { self.scans.count }

    /// Gives up scans that nobody reads on.
    func closeIdleScans() {
        for scan in self.scans where self.now >= scan.lastRead + Replica.scanPatience { self.closeScan(scan.id) }
    }

    /// When ``closeIdleScans()`` is due.
    var nextScanDeadline: Instant {
        self.scans.reduce(.distantFuture) { min($0, $1.lastRead + Replica.scanPatience) }
    }

    /// What readers saw of a key that had these records; nil for nothing.
    private func entry(
        _ key: [UInt8], _ records: [LiveRecord], at wallTime: WallTime
    ) throws(ReplicaError) -> EntryPage.Entry? {
        var siblings: [Sibling] = []
        for record in records where record.operation != .delete {
            let expiry = self.journal.index.expiry(of: record)
            if let expiry, expiry <= wallTime.milliseconds { continue }
            var value: [UInt8] = []
            try self.readValue(record, into: &value)
            siblings.append(
                Sibling(
                    dot: record.dot, clock: record.clock, timestamp: record.timestamp, operation: record.operation,
                    value: value, expiry: expiry))
        }
        siblings.sort(by: Sibling.precedes)
        var value: [UInt8] = []
        return switch self.view(siblings, of: key.span, heldUntil: 0, into: &value).outcome {
        case .missing: nil
        case .found: EntryPage.Entry(key: key, value: value)
        case .undecided(let count): EntryPage.Entry(key: key, value: nil, undecidedSiblings: count)
        }
    }
}
