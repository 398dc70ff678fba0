/// A full backup and the incremental ones made since, and what they must restore to.
struct BackupChain {
    var files: [[UInt8]]
    var content: BackupContent
    /// The number of the node that the last is of, and of its disk.
    var store: (node: Int, disk: Int)
    /// Whether all are of that store.
    var isOfOneNode: Bool
}
