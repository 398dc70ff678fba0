import Causality
import Journal
import Platform
import PosixPlatform

/// A backup made from a stopped node's directory.
final class DirectoryBackup: BackupSource {
    private static let pieceLength = 1024 * 1024

    let expectedBytes: UInt64
    private let journal: RecordJournal
    private var stream: BackupStream

    /// Opens the directory, as starting and stopping the node would.
    init(_ directory: String, since: CausalContext, environment: PosixEnvironment) throws(CommandError) {
        do throws(JournalError) {
            guard let identity = try RecordJournal.identity(of: directory, files: environment.files) else {
                throw .unreadable(
                    SystemCallError(kind: .notFound, call: "open", subject: directory, reason: "No data directory"))
            }
            self.journal = try RecordJournal.open(
                at: directory, files: environment.files,
                configuration: JournalConfiguration(
                    cluster: identity.cluster, processID: UInt64(ProcessFacts.processID)),
                random: environment.random)
        } catch {
            throw RestoreFailure.error(.journal(error))
        }
        self.expectedBytes = self.journal.liveBytes
        let title = BackupTitle(
            created: Clocks.wallNow.milliseconds, peer: self.journal.identity.peer, node: "",
            cluster: self.journal.identity.cluster)
        do throws(CutError) {
            self.stream = try BackupStream(of: self.journal, title: title, id: environment.random(), since: since)
        } catch {
            try? self.journal.close()
            throw Self.failure(error)
        }
    }

    func next() throws(CommandError) -> [UInt8] {
        do throws(CutError) {
            return try self.stream.read(Self.pieceLength, from: self.journal)
        } catch {
            throw Self.failure(error)
        }
    }

    func close() {
        self.stream.close(self.journal)
        try? self.journal.close()
    }

    private static func failure(_ error: CutError) -> CommandError {
        switch error {
        case .ahead:
            CommandError(
                .tryAgain,
                "this directory has not seen all that the earlier backup holds. Make a full one, without --since.")
        case .journal(let error): RestoreFailure.error(.journal(error))
        case .tooMany, .overrun, .closed: CommandError(.tryAgain, "the directory cannot be read now: \(error).")
        }
    }
}
