import Causality
package import Platform

extension RecordJournal {
    /// Opens the journal in `directory`, which is created if need be.
    ///
    /// A torn tail is cut off and reported. A directory that cannot prove that it is the one last
    /// written gets a new peer ID, from `random`.
    ///
    /// - Throws: when the directory is in use, belongs to another cluster or another version, or holds
    ///   damage below what had been synced; then nothing has been changed.
    package static func open(
        at directory: String, files: any FileSystem, configuration: JournalConfiguration, random: () -> UInt64
    ) throws(JournalError) -> RecordJournal {
        guard !files.exists(FileNames.unfinished(in: directory)) else {
            throw .unfinished(directory: directory)
        }
        return try self.openUnfinished(at: directory, files: files, configuration: configuration, random: random)
    }

    /// Who writes in the directory; nil if it holds no journal. Changes nothing.
    package static func identity(of directory: String, files: any FileSystem) throws(JournalError) -> Identity? {
        try IdentityFile.read(from: directory, files: files)
    }

    /// Opens a journal as ``open(at:files:configuration:random:)`` does, also while it is being restored.
    static func openUnfinished(
        at directory: String, files: any FileSystem, configuration: JournalConfiguration, random: () -> UInt64
    ) throws(JournalError) -> RecordJournal {
        try configuration.validate()
        try DurableDirectory.create(FileNames.log(in: directory), files: files)
        let lock = try DirectoryLock(of: directory, files: files)
        do throws(JournalError) {
            try Quarantine.endIfHealed(directory, files: files)
            if try Quarantine.isThere(directory, files: files) {
                guard configuration.healsDamage || Quarantine.isAccepted(directory, files: files) else {
                    throw .damaged(
                        file: FileNames.damaged(in: directory), offset: 0,
                        what: "the log was damaged, and there is no peer to heal from", syncedThrough: nil)
                }
                return try RecordJournal.openHealing(directory, lock, files, configuration, random)
            }
            do throws(JournalError) {
                return try RecordJournal.open(directory, lock, files, configuration, random)
            } catch {
                guard configuration.healsDamage, try RecordJournal.isLastingDamage(error, directory, files) else {
                    throw error
                }
                return try RecordJournal.openHealing(directory, lock, files, configuration, random)
            }
        } catch {
            files.close(lock.file)
            throw error
        }
    }

    /// Whether the log is damaged, and not merely not given by the system this once.
    private static func isLastingDamage(
        _ error: JournalError, _ directory: String, _ files: any FileSystem
    ) throws(JournalError) -> Bool {
        // What the identity says is needed to know whose log this is.
        guard let identity = try? IdentityFile.read(from: directory, files: files) else { return false }
        switch error {
        case .damaged, .missingSegment: return true
        case .unreadable(let cause):
            guard cause.call == "pread", cause.subject.hasPrefix(FileNames.log(in: directory)) else { return false }
            let salvaged = try SalvagedLog(
                FileNames.log(in: directory), peers: [identity.peer] + identity.lineage, hashSeed: 0, files: files)
            defer { salvaged.close() }
            return salvaged.reports.contains { !$0.isIntact }
        default: return false
        }
    }

    /// Opens with a new log, beside the damaged one that is put aside.
    private static func openHealing(
        _ directory: String, _ lock: DirectoryLock, _ files: any FileSystem, _ configuration: JournalConfiguration,
        _ random: () -> UInt64
    ) throws(JournalError) -> RecordJournal {
        try Quarantine.begin(directory, files: files)
        let identity = try IdentityFile.read(from: directory, files: files)
        let salvaged = try SalvagedLog(
            FileNames.damaged(in: directory), peers: identity.map { [$0.peer] + $0.lineage } ?? [], hashSeed: random(),
            files: files)
        do throws(JournalError) {
            let journal = try RecordJournal.open(directory, lock, files, configuration, random)
            journal.salvaged = salvaged
            return journal
        } catch {
            salvaged.close()
            throw error
        }
    }

    private static func open(
        _ directory: String, _ lock: DirectoryLock, _ files: any FileSystem, _ configuration: JournalConfiguration,
        _ random: () -> UInt64
    ) throws(JournalError) -> RecordJournal {
        let stored = try IdentityFile.read(from: directory, files: files)
        var reason = try RecordJournal.reasonToMint(stored, directory, lock, files, configuration)
        let unminted = Identity(
            peer: PeerID(rawValue: 0), cluster: configuration.cluster, createdBy: configuration.createdBy)
        var identity = stored ?? unminted
        let segments = try SegmentList.read(
            in: FileNames.log(in: directory), peers: Set(stored.map { [$0.peer] + $0.lineage } ?? []), files: files)
        // Of segments under earlier peer IDs it does not matter whether they are copies.
        let isCopy = segments.contains { !$0.isOriginal && $0.peer == identity.peer }
        if reason == nil, isCopy { reason = .logCopied }
        if reason == nil, !segments.contains(where: { $0.peer == identity.peer }) { reason = .logMissing }
        if reason != nil, try Quarantine.isThere(directory, files: files) { reason = .damaged }
        if reason != nil { try identity.mint(random, keeping: segments, isNew: stored == nil, in: directory) }

        let (index, recovered, snapshot, findings) = try RecordJournal.recover(
            segments, identity.peer, in: directory, trusting: reason == nil, hashSeed: random(), files)
        var found = recovered
        if reason == nil, let tail = found.tail, tail.end.tornBytes > 0 {
            reason = .torn
            try identity.mint(random, keeping: segments, isNew: false, in: directory)
            found.state.own = (0, 0)
        }
        var log = SegmentedLog(
            files: files, directory: FileNames.log(in: directory), segmentLength: configuration.segmentLength,
            recentLength: configuration.recentLength, peer: identity.peer, usage: index.usage)
        if let tail = found.tail { log.continueAfter(tail, of: segments) }
        var report = OpeningReport(
            bytes: found.bytes, segments: segments.count, cutBytes: found.tail?.end.tornBytes ?? 0, minted: reason,
            ending: found.ending, frames: found.frames, latestTimestamp: found.latestTimestamp)
        report.hadNewIdentity = files.exists(FileNames.newIdentity(in: directory))
        report.detachedRanges = found.state.context.entries.reduce(0) { $0 + $1.sequences.ranges.count - 1 }
        do throws(JournalError) {
            // Once the tail is cut off nothing tells that the old identity must not be used again.
            if reason == .torn {
                try RecordJournal.store(identity, minted: true, directory, lock, files, configuration)
            }
            report.rewrittenBytes = try found.tail?.settle(from: found.markedLSN, of: segments, files: files) ?? 0
            // A process that was killed may have named the last segment without syncing that name.
            try JournalError.unlessRefused { () throws(SystemCallError) in try files.syncDirectory(log.directory) }
            if reason != .torn {
                try RecordJournal.store(identity, minted: reason != nil, directory, lock, files, configuration)
            }
            report.spares = try SegmentList.removeSpares(
                in: log.directory, length: configuration.segmentLength, files: files)
            try SegmentList.removeReplaced(by: segments, in: log.directory, files: files)
            if reason != nil || segments.isEmpty { try log.beginSegmentInPlaceOfEmpty() }
        } catch {
            log.closeFiles()
            throw error
        }
        report.snapshotLSN = snapshot?.startLSN
        report.snapshots = findings
        let journal = RecordJournal(
            directory: directory, files: files, configuration: configuration, lock: lock, log: log,
            state: found.state, identity: identity, opening: report, index: index,
            leadership: reason == nil ? found.leadership : LeadershipFrames(),
            storedPeers: PeersFile.read(from: directory, files: files))
        if reason != nil { journal.orphanedFrames = found.leadership.found }
        journal.takeOver(snapshot)
        return journal
    }

    /// Reads the log, from the newest index snapshot on that fits it.
    private static func recover(
        _ segments: [Segment], _ peer: PeerID, in directory: String, trusting: Bool, hashSeed: UInt64,
        _ files: any FileSystem
    ) throws(JournalError) -> (
        LiveIndex, Recovery.Outcome, (number: UInt64, startLSN: UInt64)?, SnapshotFindings
    ) {
        let path = FileNames.index(in: directory)
        let numbers = SnapshotList.read(in: path, files: files)
        var findings = SnapshotFindings(
            isMissing: numbers.isEmpty && !segments.isEmpty, untrusted: trusting ? 0 : numbers.count)
        for number in trusting ? numbers.prefix(2) : [] {
            guard let snapshot = try? SnapshotFile(number, in: path, peer: peer, files: files) else {
                findings.unusable += 1
                continue
            }
            defer { files.close(snapshot.file) }
            let index = LiveIndex(hashSeed: hashSeed)
            var recovery = Recovery(of: segments, into: index, peer: peer, files: files)
            // A log that ends before what the snapshot knows was rewound; if it is damaged, reading all of it says so.
            guard (try? recovery.restore(snapshot)) != nil, let found = try? recovery.run() else {
                findings.unusable += 1
                continue
            }
            findings.movedSegments = recovery.snapshots.movedSegments
            findings.diedSince = recovery.snapshots.diedSince
            return (index, found, (number, snapshot.header.startLSN), findings)
        }
        let index = LiveIndex(hashSeed: hashSeed)
        var recovery = Recovery(of: segments, into: index, peer: peer, files: files)
        return (index, try recovery.run(), nil, findings)
    }

    /// Notes which index snapshot was used, and removes the others.
    private func takeOver(_ snapshot: (number: UInt64, startLSN: UInt64)?) {
        let path = FileNames.index(in: self.directory)
        let numbers = SnapshotList.read(in: path, files: self.files)
        self.snapshotter.lastNumber = numbers.first ?? 0
        self.snapshotter.lastLSN = snapshot?.startLSN ?? 0
        self.snapshotter.paths = snapshot.map { [FileNames.snapshot($0.number, in: path)] } ?? []
        SnapshotList.removeAll(but: snapshot?.number, in: path, files: self.files)
    }

    private static func reasonToMint(
        _ stored: Identity?, _ directory: String, _ lock: DirectoryLock, _ files: any FileSystem,
        _ configuration: JournalConfiguration
    ) throws(JournalError) -> MintReason? {
        guard let stored else { return .newDirectory }
        let path = FileNames.identity(in: directory)
        guard stored.cluster == configuration.cluster else {
            throw .otherCluster(file: path, found: stored.cluster, expected: configuration.cluster)
        }
        switch try lock.proof(files: files) {
        case .none: return .unproven
        case .withheld: return .withheld
        case .stamp(let stamp):
            let actual = try JournalError.unlessRefused { () throws(SystemCallError) in
                try files.changeStamp(of: path)
            }
            return stamp == actual ? nil : .copied
        }
    }

    /// Stores a new identity, or that this process holds the old one.
    private static func store(
        _ identity: Identity, minted: Bool, _ directory: String, _ lock: DirectoryLock, _ files: any FileSystem,
        _ configuration: JournalConfiguration
    ) throws(JournalError) {
        if minted {
            // An earlier process may have created the directory and ended before its name was durable.
            try DurableDirectory.syncName(of: directory, files: files)
            try IdentityFile.replace(
                with: identity, in: directory, lock: lock, configuration: configuration, files: files)
        } else {
            let stamp = try JournalError.unlessRefused { () throws(SystemCallError) in
                try files.changeStamp(of: FileNames.identity(in: directory))
            }
            try lock.store(
                processID: configuration.processID, stamp: configuration.keepsProof ? stamp : nil, files: files)
        }
    }
}

extension Identity {
    /// Becomes a new peer ID. Predecessors that are not announced and have no segment left are forgotten.
    mutating func mint(
        _ random: () -> UInt64, keeping segments: [Segment], isNew: Bool, in directory: String
    ) throws(JournalError) {
        let writers = Set(segments.map(\.peer))
        if !isNew { self.lineage.insert(self.peer, at: 0) }
        let old = self.lineage.dropFirst(Identity.announcedPredecessors).filter { writers.contains($0) }
        self.lineage = self.lineage.prefix(Identity.announcedPredecessors) + old
        guard self.lineage.count <= Identity.lineageMaximum else {
            throw .tooManyIdentities(file: FileNames.identity(in: directory))
        }
        // 64 random bits meet none of a few thousand others; zero is kept for "none".
        var id = PeerID(rawValue: random())
        for _ in 0..<8 where id.rawValue == 0 || self.lineage.contains(id) { id = PeerID(rawValue: random()) }
        guard id.rawValue != 0, !self.lineage.contains(id) else { throw .identityInUse(id) }
        self.peer = id
    }
}
