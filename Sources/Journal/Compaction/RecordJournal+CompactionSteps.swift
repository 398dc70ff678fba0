import Causality
import Platform

/// The pieces of a compaction.
extension RecordJournal {
    /// Bytes of context and floor up to which a segment without anything needed is not looked at.
    private static let unreadSummaryMaximum = 2048

    /// Begins to pack segments together, if any are worth it.
    func beginCompaction() {
        guard let current = self.log.segments.last, self.isTimeToLook(current) else { return }
        self.compactor.lookedAt = self.log.usage.releasedBytes
        self.compactor.segmentsLookedAt = self.log.segments.count
        let plan = CompactionPlan(
            self.log.usage, segmentLength: self.log.segmentLength, keptLSN: self.leadership.firstLSN)
        var range: Range<Int>?
        if let pass = self.compactor.pass {
            range = plan.next(from: pass.nextLSN, to: pass.endLSN)
            if range == nil {
                self.compactor.pass = nil
                self.compactor.overheadLeft = plan.overhead
            }
        }
        range = range ?? plan.choose()
        if range == nil, self.compactor.pass == nil, self.needsPass(plan) {
            // Gone frames keep segments large until all before them have been cleaned.
            let pass = Compactor.Pass(nextLSN: 0, endLSN: current.firstLSN, isForced: false)
            self.compactor.pass = pass
            range = plan.next(from: pass.nextLSN, to: pass.endLSN)
        }
        guard let range else { return }
        guard self.log.segments[range.upperBound].firstLSN < self.log.syncedLSN else {
            self.compactor.lookedAt = nil
            return
        }
        do throws(JournalError) {
            try self.beginCompaction(of: range, current)
        } catch {
            self.noteFailure(error)
        }
    }

    private func isTimeToLook(_ current: Segment) -> Bool {
        if let failed = self.compactor.failedAt, self.log.appendedLSN < failed + self.log.segmentLength / 4,
            !self.log.mayPrepareAgain
        {
            return false
        }
        guard let last = self.compactor.lookedAt, self.compactor.pass == nil else { return true }
        return self.log.segments.count != self.compactor.segmentsLookedAt
            || self.log.usage.releasedBytes - last >= self.log.segmentLength / 64
    }

    private func needsPass(_ plan: CompactionPlan) -> Bool {
        let overhead = plan.overhead
        guard overhead > self.log.usage.neededBytes, overhead > self.log.segmentLength else { return false }
        return overhead / 2 > self.compactor.overheadLeft
    }

    private func beginCompaction(of range: Range<Int>, _ current: Segment) throws(JournalError) {
        let usage = self.log.usage
        let endLSN = self.log.segments[range.upperBound].firstLSN
        let output: CompactionOutput
        var sources: [(segment: Segment, file: FileID)] = []
        do throws(SystemCallError) {
            for segment in self.log.segments[range] {
                sources.append((segment, try self.files.open(segment.path, .read)))
            }
            output = try CompactionOutput(
                path: self.log.takeSparePath(), peer: self.log.peer, firstLSN: sources[0].segment.firstLSN,
                files: self.files)
        } catch {
            for source in sources { self.files.close(source.file) }
            throw .unreadable(error)
        }
        let generation = self.log.segments.reduce(0) { max($0, $1.compaction?.generation ?? 0) } + 1
        // A dead record that a cut still reads is copied, so what says that it is gone must be as well.
        let keepsGone = usage.oldestDeath(before: range.lowerBound) < endLSN || self.index.heldCount > 0
        let compaction = Compaction(
            sources: sources, firstIndex: range.lowerBound, endLSN: endLSN,
            keepsGone: keepsGone, begunAt: current.firstLSN, generation: generation, output: output)
        let hasGone = compaction.keepsGone && usage.entries[range].contains { $0.goneBytes > 0 }
        if !hasGone, usage.entries[range].allSatisfy({ $0.neededCount == 0 }),
            self.synced.context.encodedBound + self.synced.floor.encodedBound <= RecordJournal.unreadSummaryMaximum,
            self.synced.context.isWithinLimits
        {
            compaction.skipAll()
            self.upkeep.unread += 1
        }
        self.compactor.copiedAt = self.log.appendedLSN
        self.compaction = compaction
    }

    /// Copies a piece, and hands out what has been copied.
    func copyMore() -> StorageJob? {
        guard let compaction = self.compaction else { return nil }
        self.compaction = nil
        if !compaction.isCopied, compaction.output.pendingCount < self.configuration.compaction.pendingLength {
            // As fast as twice the speed of writing, so that writers do not get ahead for long.
            let limits = self.configuration.compaction
            let written = Int(clamping: 2 * (self.log.appendedLSN - self.compactor.copiedAt))
            self.compactor.copiedAt = self.log.appendedLSN
            do throws(JournalError) {
                try compaction.copy(
                    UInt64(max(limits.copyLeast, min(written, limits.copyMost))), index: self.index,
                    files: self.files)
            } catch {
                self.compaction = compaction
                self.discard(error)
                return self.takeCompactionJob()
            }
        }
        defer { if self.compaction == nil { self.compaction = compaction } }
        guard compaction.job == nil else { return nil }
        if compaction.isCopied { return self.seal(compaction) }
        guard compaction.output.pendingCount >= self.configuration.compaction.writeLength else { return nil }
        compaction.job = self.log.takeJobNumber()
        return self.job(of: compaction, [compaction.output.takeWrite(), .sync(compaction.output.file)])
    }

    /// Ends the file, if it is worth putting in place.
    private func seal(_ compaction: Compaction) -> StorageJob? {
        compaction.summarize(
            self.synced, peer: self.log.peer, latest: self.clock.latest, syncedLSN: self.log.syncedLSN)
        let entries = self.log.usage.entries[compaction.range]
        let before = entries.reduce(0) { $0 + $1.fileBytes }
        let room = compaction.endLSN - compaction.output.firstLSN
        guard compaction.output.length < before || compaction.sources.count > 1, compaction.output.length <= room,
            compaction.output.length <= UInt64(UInt32.max)
        else {
            for index in compaction.range { self.log.usage.noteStubborn(index) }
            self.upkeep.worthless += 1
            compaction.phase = .discarding
            self.compaction = compaction
            return self.takeCompactionJob()
        }
        let header = compaction.header(peer: compaction.output.peer)
        compaction.phase = .sealing
        compaction.job = self.log.takeJobNumber()
        return self.job(
            of: compaction,
            [
                compaction.output.takeWrite(), .write(compaction.output.file, offset: 0, bytes: header.bytes),
                .sync(compaction.output.file),
            ])
    }

    private func job(of compaction: Compaction, _ steps: [StorageJob.Step]) -> StorageJob? {
        compaction.job.map { StorageJob(id: $0, lane: .background, steps: steps) }
    }

    /// Puts the file, which has its name now, in the place of the segments it stands for.
    func install() {
        guard let compaction = self.compaction else { return }
        self.log.handles.renamed = nil
        let first = compaction.sources[0].segment
        let header = compaction.header(peer: compaction.output.peer)
        let segment = Segment(
            number: first.number, peer: compaction.output.peer, firstLSN: first.firstLSN, path: first.path,
            compaction: header.compaction)
        for source in compaction.sources {
            if let file = self.log.handles.release(source.segment.number) { compaction.released.append(file) }
        }
        let usage = self.log.usage
        let entries = usage.entries[compaction.range]
        let before = entries.reduce(0) { $0 + $1.fileBytes }
        compaction.replacedBytes = before
        compaction.oldestDeath = entries.reduce(.max) { min($0, $1.oldestDeath ?? .max) }
        let fixed = compaction.output.length - compaction.copiedBytes - compaction.goneBytes
        usage.merge(
            compaction.range, fileBytes: compaction.output.length, goneBytes: compaction.goneBytes, fixedBytes: fixed)
        self.log.segments.replaceSubrange(compaction.range, with: CollectionOfOne(segment))
        self.log.handles.adopt(compaction.output.file, number: segment.number)
        self.log.layoutEpoch += 1
        self.log.recent.drop(below: compaction.endLSN)
        self.log.relocation = SegmentRelocation(
            segment: segment, replaced: compaction.sources, endLSN: compaction.endLSN,
            boundary: compaction.moves.first?.newLSN ?? .max)
        self.compactor.freedBytes += before > compaction.output.length ? before - compaction.output.length : 0
        self.compactor.finishedCount += 1
        self.noteUpkeep(of: compaction)
        self.compactor.writtenBytes += compaction.output.length
        compaction.phase = .moving
        self.compaction = compaction
    }

    /// Tells the index of the new places of some records.
    func moveMore() -> StorageJob? {
        guard let compaction = self.compaction else { return nil }
        self.compaction = nil
        let end = min(compaction.movedCount + self.configuration.compaction.moves, compaction.moves.count)
        for move in compaction.moves[compaction.movedCount..<end] {
            let isLive = self.index.relocate(move.dot, slotHint: move.slot, to: move.newLSN)
            if isLive != true { compaction.hasDead = true }
        }
        compaction.movedCount = end
        self.log.layoutEpoch += 1
        if end < compaction.moves.count {
            self.log.relocation?.boundary = compaction.moves[end].newLSN
            self.compaction = compaction
            return nil
        }
        self.log.relocation = nil
        if compaction.hasDead || compaction.hasRetired {
            let since = compaction.hasRetired ? compaction.oldestDeath : compaction.begunAt
            self.log.usage.noteDeath(inSegmentAt: compaction.output.firstLSN, since: since)
        }
        if self.compactor.pass != nil { self.compactor.pass?.nextLSN = compaction.endLSN }
        compaction.phase = .removing
        self.compaction = compaction
        return self.takeCompactionJob()
    }

    /// Closes what nobody reads any more, and removes the names that the compacted segment stands for.
    func removalSteps(_ compaction: Compaction) -> [StorageJob.Step] {
        let paths = self.compactor.leftovers + compaction.sources.dropFirst().map(\.segment.path)
        let left = paths.filter { self.files.exists($0) }
        self.compactor.leftovers = left
        var steps: [StorageJob.Step] = compaction.sources.map { .close($0.file) }
        steps += compaction.released.map { .close($0) }
        guard !left.isEmpty else { return steps }
        // The new name must be durable first, which it may not be if making it so has failed once.
        steps.append(.syncDirectory(self.log.directory))
        steps += left.map { .remove($0) }
        steps.append(.syncDirectory(self.log.directory))
        return steps
    }

    /// Gives up the file that was being written.
    func discard(_ error: JournalError) {
        self.noteFailure(error)
        self.log.handles.renamed = nil
        if case .damaged = error, let range = self.compaction?.range {
            for index in range { self.log.usage.noteDamage(index) }
            if self.damage == nil { self.damage = error }
        }
        self.compaction?.phase = .discarding
    }

    /// The last job has ended.
    func endCompaction(_ cause: SystemCallError?) {
        if self.compaction?.phase == .removing {
            if cause == nil {
                self.compactor.leftovers = []
                self.compactor.failedAt = nil
                self.compactor.failure = nil
            }
        } else if let compaction = self.compaction {
            if cause != nil { self.compactor.leftovers.append(compaction.output.path) }
            if self.compactor.pass != nil { self.compactor.pass?.nextLSN = compaction.endLSN }
        }
        self.compactor.lookedAt = nil
        self.compaction = nil
    }

    private func noteUpkeep(of compaction: Compaction) {
        if compaction.sources.count > 1 { self.upkeep.joined += 1 }
        if compaction.hasRetired { self.upkeep.heldForReaders += 1 }
        if compaction.goneBytes > 0 { self.upkeep.keptGone += 1 }
    }

    private func noteFailure(_ error: JournalError) {
        self.upkeep.failed += 1
        self.compactor.failure = error
        self.compactor.pass = nil
        self.compactor.failedAt = self.log.appendedLSN
    }

    /// The journal is being closed: what no job works on is closed too.
    func abandonCompaction() {
        guard let compaction = self.compaction else { return }
        if compaction.job == nil {
            if compaction.phase != .moving, compaction.phase != .removing { self.files.close(compaction.output.file) }
            for source in compaction.sources { self.files.close(source.file) }
            for file in compaction.released { self.files.close(file) }
        }
        self.log.handles.renamed = nil
        self.log.relocation = nil
        self.compaction = nil
    }
}
