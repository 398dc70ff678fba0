import ByteCoding
import Causality
import DataModel
import Journal
import Replication

/// A reader's place in the log's tail, on the node's thread.
final class ChangeFeed {
    /// Bytes of records looked at for one answer.
    private static let batchLength = 256 * 1024

    private let range: KeyRange
    private var cursor: TailCursor
    /// Everything the reader has been told of.
    private var told: CausalContext
    private var reader: ((Result<[Change]?, NodeError>) -> Void)?

    init(range: KeyRange, since context: CausalContext, in journal: RecordJournal) {
        self.range = range
        self.cursor = journal.tailCursor(after: context)
        self.told = context
    }

    /// Answers with the next changes, now or when there are any.
    func ask(_ replica: Replica, _ reader: @escaping (Result<[Change]?, NodeError>) -> Void) {
        self.reader = reader
        self.serve(replica)
    }

    /// Answers a waiting reader if there is anything to tell.
    func serve(_ replica: Replica) {
        guard let reader = self.reader else { return }
        do {
            let changes = try self.collect(replica)
            guard !changes.isEmpty else {
                // Only what is synced is told; under a weak durability that must be asked for.
                if replica.journal.syncedLSN < replica.journal.appendedLSN { replica.requestSync() }
                return
            }
            self.reader = nil
            reader(.success(changes))
        } catch {
            self.reader = nil
            reader(.failure(NodeError(wrapping: error)))
        }
    }

    func cancel() {
        self.reader?(.success(nil))
        self.reader = nil
    }

    func end(_ error: NodeError) {
        self.reader?(.failure(error))
        self.reader = nil
    }

    private func collect(_ replica: Replica) throws -> [Change] {
        var changes: [Change] = []
        while changes.isEmpty {
            guard !self.told.isSuperset(of: replica.journal.syncedContext) else { return [] }
            var writer = ByteWriter()
            let progress = try replica.journal.readTail(
                &self.cursor, maximumBytes: ChangeFeed.batchLength, into: &writer)
            var reader = ByteReader(writer.bytes)
            while reader.remaining > 0 {
                let bounds = try reader.readRange(try reader.readCount(maximum: DataLimits.recordLength))
                var recordReader = ByteReader(writer.bytes, bounds)
                let layout = try recordReader.readRecordLayout()
                self.told.insert(layout.head.dot)
                let key = Key(Array(writer.bytes[layout.key]))
                guard self.range.contains(key) else { continue }
                changes.append(try self.change(of: key, layout.head.dot, replica))
            }
            if case .finished(let target) = progress {
                self.told.formUnion(target)
                if !changes.isEmpty { changes[changes.count - 1].context = self.told }
                break
            }
        }
        return changes
    }

    private func change(of key: Key, _ dot: Dot, _ replica: Replica) throws -> Change {
        let found = try replica.siblings(of: key.bytes.span)
        var value: Value?
        if !found.siblings.isEmpty {
            let resolver = replica.configuration.resolvers.resolver(for: key.bytes.span)
            if case .value(let bytes, _) = resolver.view(of: key, found.siblings) { value = Value(bytes) }
        }
        return Change(
            key: key, value: value, isConflict: found.siblings.count > 1, dot: dot, context: self.told)
    }
}
