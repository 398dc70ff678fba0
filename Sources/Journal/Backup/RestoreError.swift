package import Platform

/// Why a backup could not be read, or not be restored.
package enum RestoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file is not what a backup must be.
    case backup(file: String, BackupError)
    /// An incremental backup is to be restored after one that has seen what it was made from; that is not among
    /// the files before it.
    case wrongOrder(file: String)
    /// The files are of different clusters.
    case otherCluster(file: String, found: String, expected: String)
    /// There is something in the directory already.
    case notEmpty(directory: String)
    /// No file was named.
    case nothing
    /// The system refused a call.
    case system(SystemCallError)
    /// The new log refused.
    case journal(JournalError)

    package var description: String {
        switch self {
        case .backup(let file, let error): "\(file): \(error)"
        case .wrongOrder(let file):
            "\(file): an incremental backup, made from one that is not among the files before it"
        case .otherCluster(let file, let found, let expected):
            "\(file): a backup of cluster \"\(found)\", not \"\(expected)\""
        case .notEmpty(let directory): "\(directory): this directory is not empty"
        case .nothing: "no backup was named"
        case .system(let error): "\(error)"
        case .journal(let error): "\(error)"
        }
    }

    /// Runs what the system may refuse.
    static func unlessRefused<Success>(
        _ body: () throws(SystemCallError) -> Success
    ) throws(RestoreError) -> Success {
        do throws(SystemCallError) {
            return try body()
        } catch {
            throw .system(error)
        }
    }

    /// Runs what the log may refuse.
    static func unlessLogRefuses<Success>(
        _ body: () throws(JournalError) -> Success
    ) throws(RestoreError) -> Success {
        do throws(JournalError) {
            return try body()
        } catch {
            throw .journal(error)
        }
    }
}
