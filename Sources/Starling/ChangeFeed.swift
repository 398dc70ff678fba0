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
    /// What the reader is told once the log is synced up to where it was read.
    private var answer: (changes: [Change], heldUntil: UInt64) = ([], 0)
    /// Whether there is more to look at, in a later turn.
    private(set) var wantsTurn = false

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

    /// Answers a waiting reader if there is anything to tell, and that is durable: a change is told with
    /// what readers see of its key, which may be newer than the change.
    func serve(_ replica: Replica) {
        self.wantsTurn = false
        guard let reader = self.reader else { return }
        do {
            if self.answer.changes.isEmpty { try self.collect(replica) }
            if let failure = replica.journal.failure, self.answer.heldUntil > replica.acknowledgedLSN { throw failure }
        } catch {
            self.reader = nil
            reader(.failure(NodeError(wrapping: error)))
            return
        }
        guard !self.answer.changes.isEmpty, self.answer.heldUntil <= replica.acknowledgedLSN else {
            // Only what is synced is told; under a weak durability that must be asked for.
            if replica.journal.syncedLSN < replica.journal.appendedLSN { replica.requestSync() }
            return
        }
        let changes = self.answer.changes
        self.answer = ([], 0)
        self.reader = nil
        reader(.success(changes))
    }

    func cancel() {
        self.reader?(.success(nil))
        self.reader = nil
    }

    func end(_ error: NodeError) {
        self.reader?(.failure(error))
        self.reader = nil
    }

    /// Looks at the next stretch of the tail; one of other keys alone leaves the rest to a later turn.
    private func collect(_ replica: Replica) throws {
        guard !self.told.isSuperset(of: replica.journal.syncedContext) else { return }
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
            self.answer.changes.append(try self.change(of: key, layout.head.dot, replica))
        }
        if case .finished(let target) = progress {
            self.told.formUnion(target)
            if let last = self.answer.changes.indices.last { self.answer.changes[last].context = self.told }
        } else {
            self.wantsTurn = self.answer.changes.isEmpty
        }
    }

    private func change(of key: Key, _ dot: Dot, _ replica: Replica) throws -> Change {
        let found = try replica.siblings(of: key.bytes.span)
        self.answer.heldUntil = max(self.answer.heldUntil, found.heldUntil)
        var value: Value?
        if !found.siblings.isEmpty {
            let resolver = replica.configuration.resolvers.resolver(for: key.bytes.span)
            if case .value(let bytes, _) = resolver.view(of: key, found.siblings) { value = Value(bytes) }
        }
        return Change(
            key: key, value: value, isConflict: found.siblings.count > 1, dot: dot, context: self.told)
    }
}
