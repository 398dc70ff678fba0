import Platform

/// What the owner knows of its peers, kept in a file of the data directory: see ``PeersFile``.
extension RecordJournal {
    /// Has this content stored instead of the one before, soon; the newest wins.
    ///
    /// - Returns: its number: it is durable once ``durablePeersNumber`` has reached that.
    /// - Precondition: the content has at most ``PeersFile/contentMaximum`` bytes.
    @discardableResult
    package func keepPeers(_ content: [UInt8]) -> UInt64 {
        precondition(content.count <= PeersFile.contentMaximum, "peers of \(content.count) bytes")
        self.peers.lastNumber += 1
        self.peers.waiting = (self.peers.lastNumber, content)
        return self.peers.lastNumber
    }

    /// The number of the last content that is durable; 0 for none since the journal was opened.
    package var durablePeersNumber: UInt64 { self.peers.durableNumber }

    /// Whether the last attempt to store a content failed: ``retryPeers()`` has another made.
    package var hasFailedToKeepPeers: Bool { self.peers.isStalled }

    /// Has what could not be stored tried once more.
    package func retryPeers() { self.peers.isStalled = false }

    /// Whether a content is being stored, or will be without anybody asking.
    package var isKeepingPeers: Bool {
        guard !self.log.hasFailed else { return false }
        return self.peers.job != nil || (self.peers.waiting != nil && !self.peers.isStalled)
    }

    var peersWantTurn: Bool {
        self.peers.waiting != nil && self.peers.job == nil && !self.peers.isStalled && !self.log.hasFailed
    }

    func takePeersJob() -> StorageJob? {
        guard self.peersWantTurn, !self.isClosed, let waiting = self.peers.waiting else { return nil }
        let path = FileNames.newPeers(in: self.directory)
        do throws(SystemCallError) {
            if self.files.exists(path) { try self.files.remove(path) }
            let file = try self.files.open(path, .create)
            let bytes: [UInt8]
            do throws(SystemCallError) {
                bytes = PeersFile.bytes(of: waiting.content, birth: try self.files.birthStamp(of: file))
            } catch {
                self.files.close(file)
                throw error
            }
            let id = self.log.takeJobNumber()
            self.peers.waiting = nil
            self.peers.job = (id, file, waiting.number)
            self.peers.storing = waiting.content
            return StorageJob(
                id: id, lane: .background,
                steps: [
                    .write(file, offset: 0, bytes: bytes), .sync(file),
                    .rename(path, to: FileNames.peers(in: self.directory)), .syncDirectory(self.directory),
                ])
        } catch {
            self.peers.isStalled = true
            return nil
        }
    }

    /// Takes the end of the job; ignores others.
    func peersStored(_ id: UInt64, _ result: Result<Void, SystemCallError>) {
        guard let job = self.peers.job, job.id == id else { return }
        self.files.close(job.file)
        self.peers.job = nil
        switch result {
        case .success:
            self.peers.durableNumber = job.number
        case .failure:
            // It may have its name already, and not last: it is stored again, unless there is a newer one.
            if self.peers.waiting == nil { self.peers.waiting = (job.number, self.peers.storing) }
            self.peers.isStalled = true
        }
        self.peers.storing = []
    }

    /// The journal is being closed.
    func abandonPeers() {
        if let job = self.peers.job { self.files.close(job.file) }
        self.peers = PeersKeeping()
    }
}
