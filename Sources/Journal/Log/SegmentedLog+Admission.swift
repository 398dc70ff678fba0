import Platform

extension SegmentedLog {
    /// Whether frames of `byteCount` bytes in all can be appended now, as one group or apart.
    ///
    /// A refusal for want of space is not for good: the next background job tries again.
    mutating func admit(_ byteCount: Int) -> Admission {
        if let failure = self.failure { return .refused(failure) }
        if self.isRefused, let refusal = self.refusal { return .refused(.refused(refusal)) }
        guard byteCount <= LogFormat.groupMaximum else { return .refused(.groupTooLarge(byteCount: byteCount)) }
        let bytes = UInt64(max(0, byteCount))
        let whole = bytes + UInt64(LogFormat.groupOverhead + LogFormat.segmentHeaderLength)
        if bytes <= self.room { return .now }
        if let spare = self.spare, whole <= spare.length { return .now }
        self.wantedBytes = max(self.wantedBytes, whole)
        if self.preparation == nil, let failed = self.preparationFailure {
            self.mayPrepareAgain = true
            return .refused(failed.kind == .noSpace ? .storageFull(failed) : .storageUnavailable(failed))
        }
        return .later
    }

    /// Returns the job that prepares the next segment, if it is time: half of the current one is
    /// used, or a writer waits for room.
    mutating func takePreparation() -> StorageJob? {
        guard self.preparation == nil, !self.hasFailed, !self.segments.isEmpty else { return nil }
        if let spare = self.spare, self.wantedBytes <= spare.length { self.wantedBytes = 0 }
        let isHalfUsed = self.appendedLSN - self.segments[self.segments.count - 1].firstLSN > self.currentLength / 2
        guard self.wantedBytes > 0 || (isHalfUsed && self.spare == nil) else { return nil }
        let length = max(self.segmentLength, self.wantedBytes)
        if self.preparationFailure != nil {
            guard self.mayPrepareAgain else { return nil }
            self.mayPrepareAgain = false
            guard let free = try? self.files.freeBytes(at: self.directory), free >= length else { return nil }
        }
        self.lastJob += 1
        self.lastSpare += 1
        let path = FileNames.spare(self.lastSpare, in: self.directory)
        self.preparation = Preparation(id: self.lastJob, path: path, length: length)
        var steps: [StorageJob.Step] = []
        if let small = self.spare {
            // Too small for what is wanted. It has no name as a segment, so nothing is lost with it.
            steps = [.close(small.file), .remove(small.path)]
            self.spare = nil
        }
        steps.append(.prepare(path: path, size: length))
        return StorageJob(id: self.lastJob, lane: .background, steps: steps)
    }

    /// Takes the end of the job from ``takePreparation()``; ignores other jobs.
    mutating func prepared(_ id: UInt64, _ result: Result<Void, SystemCallError>) {
        guard let preparation = self.preparation, preparation.id == id else { return }
        self.preparation = nil
        do throws(SystemCallError) {
            try result.get()
            let file = try self.files.open(preparation.path, .readWrite)
            do throws(SystemCallError) {
                self.spare = Spare(
                    path: preparation.path, file: file, birth: try self.files.birthStamp(of: file),
                    length: preparation.length)
            } catch {
                self.files.close(file)
                throw error
            }
            if self.preparationFailure != nil { self.resumptions += 1 }
            self.preparationFailure = nil
            if self.wantedBytes <= preparation.length { self.wantedBytes = 0 }
        } catch {
            // It may be there in part, or in whole, and takes room until the next start.
            if self.files.exists(preparation.path) { try? self.files.remove(preparation.path) }
            self.preparationFailure = error
            self.mayPrepareAgain = false
            self.wantedBytes = 0
        }
    }
}
