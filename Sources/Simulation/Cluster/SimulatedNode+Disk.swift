import Journal
import Replication

// What happens to a simulated node's disk: damage, copies of it, and other disks in its place.
extension SimulatedNode {
    /// Notes that bytes on its disk were harmed.
    package func noteDamage() {
        self.isDamaged = true
        self.disk += 1
        self.cluster.noteLostDisk()
    }

    /// Somebody has looked, and its disk gives all that is live.
    func noteSoundness() { self.isDamaged = false }

    /// A copy of the data directory, if nothing in it is unsynced: what a backup holds of a node at rest.
    package func backUp() -> DirectoryImage? {
        guard !self.isDamaged, let journal = self.replica?.journal, journal.syncedLSN == journal.appendedLSN else {
            return nil
        }
        return self.machine.files.snapshotImage(of: SimulatedNode.directory)
    }

    /// Puts an older copy in the place of the stopped node's data directory, or wipes it.
    ///
    /// - Parameter isMachine: whether it is the image of a whole machine's disk; see
    ///   ``SimulatedFileSystem/restoreImage(_:to:isMachine:)``.
    /// - Parameter excusesLosses: whether what was durable and nobody else claims to hold may be lost with the disk.
    package func replaceDisk(by image: DirectoryImage?, isMachine: Bool = false, excusesLosses: Bool = true) {
        precondition(!self.isRunning, "the disk of a running node cannot be replaced: \(self.name)")
        self.cluster.noteLostDisk()
        self.cluster.excuseWritesHeldOnly(by: self, unsyncedOnly: !excusesLosses)
        self.lastStop?.isVoid = true
        self.isDamaged = false
        self.wasHealing = false
        self.hasForeignDisk = image != nil
        self.machine.files.forgetMisdirectedWrites()
        self.disk += 1
        self.behindSince = isMachine ? self.cluster.scheduler.now : nil
        if let image {
            self.machine.files.restoreImage(image, to: SimulatedNode.directory, isMachine: isMachine)
        } else {
            self.machine.files.wipe(SimulatedNode.directory)
        }
    }

    /// Puts the log of an older copy in the place of the stopped node's; the files beside it stay.
    package func replaceLog(by image: DirectoryImage) {
        var mixed = self.machine.files.snapshotImage(of: SimulatedNode.directory)
        mixed.entries.removeAll { $0.path.hasPrefix("log/") }
        let files = mixed.entries
        mixed.entries += image.entries.filter { $0.path.hasPrefix("log/") }
        mixed.entries.sort { $0.path < $1.path }
        self.replaceDisk(by: mixed)
        // What stays is the very same files.
        self.machine.files.restoreStamps(of: files, in: SimulatedNode.directory)
    }
}
