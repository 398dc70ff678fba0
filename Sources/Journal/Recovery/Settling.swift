import Platform

extension Recovery.Tail {
    /// Cuts off what is torn, and makes durable what is kept.
    ///
    /// Frames that no mark says were synced may be in the system's cache alone; and if an earlier
    /// process was refused a sync, the cache may even call them clean. So they are written again
    /// before they are synced.
    ///
    /// - Returns: how many bytes were written again.
    func settle(
        from markedLSN: UInt64, of segments: [Segment], files: any FileSystem
    ) throws(JournalError) -> UInt64 {
        guard let segment = segments.last else { return 0 }
        try self.end.cut(self.file, files: files)
        let marked = markedLSN > segment.firstLSN ? markedLSN - segment.firstLSN : 0
        let first = max(marked, UInt64(LogFormat.segmentHeaderLength))
        var start = first
        var window: [UInt8] = []
        while start < self.end.offset {
            let count = Int(min(UInt64(LogFormat.scanWindow), self.end.offset - start))
            try WholeReads.read(self.file, at: start, count: count, into: &window, files: files)
            guard window.count == count else { break }
            let bytes = window
            try JournalError.unlessRefused { () throws(SystemCallError) in
                try files.write(bytes.span, to: self.file, at: start)
            }
            start += UInt64(count)
        }
        try JournalError.unlessRefused { () throws(SystemCallError) in try files.sync(self.file) }
        return start > first ? start - first : 0
    }
}

extension SegmentedLog {
    /// Goes on behind the last good frame of segments that were recovered.
    mutating func continueAfter(_ tail: Recovery.Tail, of segments: [Segment]) {
        guard let last = segments.last else { return }
        self.segments = segments
        self.handles.adopt(tail.file, number: last.number)
        self.handles.pinnedFrom = last.number
        self.currentFile = tail.file
        self.currentLength = tail.size
        self.appendedLSN = last.firstLSN + tail.end.offset
        self.writtenLSN = self.appendedLSN
        self.syncedLSN = self.appendedLSN
    }

    /// Begins a segment by synchronous calls; one without frames is replaced, so that identities
    /// which never wrote leave nothing behind.
    mutating func beginSegmentInPlaceOfEmpty() throws(JournalError) {
        if let last = self.segments.last,
            self.appendedLSN == last.firstLSN + UInt64(LogFormat.segmentHeaderLength)
        {
            self.closeFiles()
            self.segments.removeLast()
            self.usage.dropLast()
            self.appendedLSN = last.firstLSN
        }
        try self.beginSegment()
    }

    /// Closes every file, for good or to begin anew.
    mutating func closeFiles() {
        self.handles.closeAll(files: self.files)
        if let spare = self.spare { self.files.close(spare.file) }
        self.spare = nil
    }
}
