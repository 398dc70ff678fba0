import Causality
import Platform

/// The place in a data directory where the segments of a damaged log wait until the node is healed.
///
/// As long as they are there the node holds nothing that others should hear of, and its log is a new one that is
/// begun again at each start. A crash at any moment leaves segments in the one place or the other; the file
/// `complete` tells that all have been moved.
enum Quarantine {
    /// Whether a log was found damaged here, and the node has not been healed since. An empty place is none: it was
    /// just made, or just cleared.
    static func isThere(_ directory: String, files: any FileSystem) throws(JournalError) -> Bool {
        let damaged = FileNames.damaged(in: directory)
        guard files.exists(damaged) else { return false }
        return try JournalError.unlessRefused { () throws(SystemCallError) in try !files.list(damaged).isEmpty }
    }

    /// Goes on with the removal of what was put aside, if that was begun.
    static func endIfHealed(_ directory: String, files: any FileSystem) throws(JournalError) {
        guard files.exists(FileNames.damagedHealed(in: directory)) else { return }
        try Quarantine.end(directory, files: files)
    }

    /// Whether an operator accepts what is lost.
    static func isAccepted(_ directory: String, files: any FileSystem) -> Bool {
        files.exists(FileNames.damagedAccepted(in: directory))
    }

    /// Puts the log's segments aside, unless that was done before: then what is in the log was received since, and is
    /// removed. Index snapshots go, for they tell of a log that is no more.
    static func begin(_ directory: String, files: any FileSystem) throws(JournalError) {
        let log = FileNames.log(in: directory)
        let damaged = FileNames.damaged(in: directory)
        try DurableDirectory.create(log, files: files)
        SnapshotList.removeAll(but: nil, in: FileNames.index(in: directory), files: files)
        let isComplete = files.exists(FileNames.damagedComplete(in: directory))
        try DurableDirectory.create(damaged, files: files)
        try JournalError.unlessRefused { () throws(SystemCallError) in
            for name in try files.list(log).sorted() {
                let path = log + "/" + name
                if isComplete || FileNames.segmentNumber(name) == nil {
                    try files.remove(path)
                } else {
                    try files.rename(path, to: damaged + "/" + name)
                }
            }
            try files.syncDirectory(damaged)
            try files.syncDirectory(log)
        }
        if !isComplete { try Quarantine.mark(FileNames.damagedComplete(in: directory), damaged, files) }
    }

    /// Notes that what is lost is accepted.
    static func accept(_ directory: String, files: any FileSystem) throws(JournalError) {
        try Quarantine.mark(FileNames.damagedAccepted(in: directory), FileNames.damaged(in: directory), files)
    }

    /// Removes what was put aside. A mark says first that this was begun: with a part of it gone, the log would be
    /// taken for one that is to be begun again.
    static func end(_ directory: String, files: any FileSystem) throws(JournalError) {
        let damaged = FileNames.damaged(in: directory)
        let healed = FileNames.damagedHealed(in: directory)
        // All was removed before, up to the last sync.
        let isGone = !files.exists(damaged)
        if !isGone { try Quarantine.mark(healed, damaged, files) }
        try JournalError.unlessRefused { () throws(SystemCallError) in
            guard !isGone else { return try files.syncDirectory(directory) }
            for name in try files.list(damaged).sorted() where damaged + "/" + name != healed {
                try files.remove(damaged + "/" + name)
            }
            try files.syncDirectory(damaged)
            try files.remove(healed)
            try files.syncDirectory(damaged)
            try files.remove(damaged)
            try files.syncDirectory(directory)
        }
    }

    private static func mark(_ path: String, _ directory: String, _ files: any FileSystem) throws(JournalError) {
        guard !files.exists(path) else { return }
        try JournalError.unlessRefused { () throws(SystemCallError) in
            let file = try files.open(path, .create)
            defer { files.close(file) }
            try files.sync(file)
            try files.syncDirectory(directory)
        }
    }
}
