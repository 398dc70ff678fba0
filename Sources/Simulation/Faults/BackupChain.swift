import Causality

/// A full backup and the incremental ones made since, and what they must restore to.
struct BackupChain {
    var files: [[UInt8]]
    var content: BackupContent
    /// The number of the node that the last is of, and of its disk.
    var store: (node: Int, disk: Int)
    /// Whether all are of that store.
    var isOfOneNode: Bool

    /// Whether a directory restored from the chain holds what it must.
    ///
    /// Between two backups a tombstone's successors may have come and gone: to the later records it then falls as to
    /// received ones, and its dot joins the floor, which the store itself did not have to raise (long seed
    /// 635903991873289).
    func isRestored(as found: BackupContent) -> Bool {
        guard self.content.context == found.context, self.content.lastingChecksum == found.lastingChecksum else {
            return false
        }
        guard self.isOfOneNode else { return true }
        let isFloorHeld =
            self.files.count == 1
            ? self.content.floor == found.floor
            : self.content.floor.entries.allSatisfy { found.floor[$0.peer] >= $0.sequence }
        return isFloorHeld && self.content.checksum == found.checksum
    }
}
