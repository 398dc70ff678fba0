import Platform

extension SegmentedLog {
    /// Creates the next segment, by synchronous calls, and makes it the current one: for a new log,
    /// or a new peer ID.
    ///
    /// - Precondition: nothing is pending or in flight.
    mutating func beginSegment() throws(JournalError) {
        let number = (self.segments.last?.lastNumber ?? 0) + 1
        let segment = Segment(
            number: number, peer: self.peer, firstLSN: self.appendedLSN,
            path: FileNames.segment(number, in: self.directory))
        self.lastSpare += 1
        let spare = FileNames.spare(self.lastSpare, in: self.directory)
        let file: FileID
        do throws(SystemCallError) {
            file = try self.createSegment(segment, through: spare)
        } catch {
            throw error.kind == .noSpace ? .storageFull(error) : .unreadable(error)
        }
        self.segments.append(segment)
        self.usage.begin(at: segment.firstLSN, fileBytes: self.segmentLength)
        self.handles.adopt(file, number: number)
        self.handles.pinnedFrom = number
        self.currentFile = file
        self.currentLength = self.segmentLength
        self.appendedLSN = segment.firstLSN + UInt64(LogFormat.segmentHeaderLength)
        self.writtenLSN = self.appendedLSN
        self.syncedLSN = self.appendedLSN
    }

    private func createSegment(_ segment: Segment, through spare: String) throws(SystemCallError) -> FileID {
        let file = try self.files.open(spare, .create)
        do throws(SystemCallError) {
            let birth = try self.files.birthStamp(of: file)
            let header = SegmentHeader(peer: segment.peer, firstLSN: segment.firstLSN, birth: birth).bytes
            let zeros = [UInt8](repeating: 0, count: min(LogFormat.scanWindow, Int(self.segmentLength)))
            var offset: UInt64 = 0
            while offset < self.segmentLength {
                let count = Int(min(UInt64(zeros.count), self.segmentLength - offset))
                try self.files.write(zeros.span.extracting(0..<count), to: file, at: offset)
                offset += UInt64(count)
            }
            try self.files.write(header.span, to: file, at: 0)
            try self.files.sync(file)
            try self.files.rename(spare, to: segment.path)
            try self.files.syncDirectory(self.directory)
        } catch {
            self.files.close(file)
            throw error
        }
        return file
    }

    /// Writes and syncs everything pending by synchronous calls.
    ///
    /// - Throws: ``JournalError/busy`` while a commit job is under way.
    mutating func flushNow() throws(JournalError) {
        if let failure = self.failure { throw failure }
        guard !(self.inFlight?.isUnderWay ?? false) else { throw .busy }
        do throws(SystemCallError) {
            try self.endRefused()
            guard !self.pending.isEmpty || self.syncedLSN < self.appendedLSN else { return }
            for index in self.pending.indices { self.pending[index].fillMark(synced: self.syncedLSN) }
            for step in self.flushSteps(of: self.pending, sync: true) { try self.perform(step) }
        } catch {
            self.failure = .failed(error)
            throw .failed(error)
        }
        self.writtenLSN = self.appendedLSN
        self.syncedLSN = self.appendedLSN
        self.recycle(self.pending)
        self.pending.removeAll()
    }

    /// Ends the log for now: everything is synced, and a mark says so.
    mutating func finish() throws(JournalError) {
        try self.flushNow()
        // A segment without frames stays so: it can be given to another peer ID.
        guard self.room > 0, let current = self.segments.last,
            self.appendedLSN > current.firstLSN + UInt64(LogFormat.segmentHeaderLength)
        else { return }
        try self.reserve(0)
        try self.flushNow()
    }

    func perform(_ step: StorageJob.Step) throws(SystemCallError) {
        switch step {
        case .write(let file, let offset, let bytes): try self.files.write(bytes.span, to: file, at: offset)
        case .sync(let file): try self.files.sync(file)
        case .rename(let source, let destination): try self.files.rename(source, to: destination)
        case .syncDirectory(let path): try self.files.syncDirectory(path)
        case .remove(let path): try self.files.remove(path)
        case .close(let file): self.files.close(file)
        // Spares are prepared in the background alone.
        case .prepare: break
        }
    }
}
