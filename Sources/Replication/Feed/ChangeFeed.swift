import ByteCoding
package import Causality
import DataModel
package import Journal

/// A reader's place in the stream of changes of one replica, on the node's thread.
///
/// It tells of every durable record that is live and whose dot the reader's context lacks, each with what
/// readers see of its key now: of a key that was written several times meanwhile only the latest is told.
/// Of one key, what replaces another write is never told before that.
///
/// What it cannot tell of is what left the live records without a successor: the tombstones that were
/// collected, by whose dots the floor has risen. A reader whose context lacks dots below the floor may hold
/// keys that are gone for good; it is told to begin anew. A reader that begins with nothing holds none.
///
/// A context that comes from another node, or from this one before its disk was lost, may name dots that
/// are not here. They count as not told: when they arrive, their keys are told again. Otherwise an older
/// write of the same key, told here meanwhile, would stay the last that the reader hears.
package final class ChangeFeed {
    /// Called once with the changes, at least one; with nil when the reader has cancelled.
    package typealias Reader = (Result<[KeyChange]?, ChangeFeedError>) -> Void

    private let lower: KeyBound
    private let upper: KeyBound
    /// Bytes of records looked at for one answer.
    private let batchLength: Int
    private var cursor: TailCursor
    /// Everything the reader has been told of.
    private var told: CausalContext
    /// The floor below which the reader lacks nothing that is gone.
    private var coveredFloor: VersionVector?
    private var reader: Reader?
    /// What the reader is told once the log is synced up to where it was read.
    private var answer: (changes: [KeyChange], heldUntil: UInt64) = ([], 0)
    /// Whether there is more to look at, in a later turn.
    package private(set) var wantsTurn = false

    /// A feed of the keys between two bounds, behind what `context` stands for.
    package init(
        from lower: KeyBound, to upper: KeyBound, since context: CausalContext, in journal: RecordJournal,
        batchLength: Int = 256 * 1024
    ) {
        self.lower = lower
        self.upper = upper
        self.batchLength = batchLength
        self.told = context.intersection(journal.syncedContext)
        self.cursor = journal.tailCursor(after: self.told)
        self.coveredFloor = context.isEmpty ? journal.syncedFloor : nil
    }

    /// Answers with the next changes, now or when there are any. One reader at a time.
    package func ask(_ replica: Replica, _ reader: @escaping Reader) {
        self.reader = reader
        self.serve(replica)
    }

    /// Answers a waiting reader if there is anything to tell, and that is durable, whatever the durability of
    /// acknowledgements: a change is told with what readers see of its key, which may be newer than the
    /// change, and a crash that took that back would leave the reader with it for good.
    package func serve(_ replica: Replica) {
        self.wantsTurn = false
        guard let reader = self.reader else { return }
        do throws(ChangeFeedError) {
            if self.answer.changes.isEmpty { try self.collect(replica) }
            if let failure = replica.journal.failure, self.answer.heldUntil > replica.journal.syncedLSN {
                throw .replica(.journal(failure))
            }
        } catch {
            self.reader = nil
            reader(.failure(error))
            return
        }
        guard !self.answer.changes.isEmpty, self.answer.heldUntil <= replica.journal.syncedLSN else {
            // Only what is synced is told; under a weak durability that must be asked for.
            if replica.journal.syncedLSN < replica.journal.appendedLSN { replica.requestSync() }
            return
        }
        let changes = self.answer.changes
        self.answer = ([], 0)
        self.reader = nil
        reader(.success(changes))
    }

    /// Whether a reader waits for changes.
    package var isWaiting: Bool { self.reader != nil }

    /// Whether the reader has been told of everything that is durable.
    package func hasToldAll(of replica: Replica) -> Bool {
        self.answer.changes.isEmpty && self.told.isSuperset(of: replica.journal.syncedContext)
    }

    /// Tells a waiting reader that nothing follows.
    package func cancel() {
        self.reader?(.success(nil))
        self.reader = nil
    }

    /// Tells a waiting reader why nothing follows.
    package func end(_ error: ChangeFeedError) {
        self.reader?(.failure(error))
        self.reader = nil
    }

    /// Looks at the next stretch of the tail; one of other keys alone leaves the rest to a later turn.
    private func collect(_ replica: Replica) throws(ChangeFeedError) {
        try self.checkFloor(replica.journal)
        guard !self.told.isSuperset(of: replica.journal.syncedContext) else { return }
        var writer = ByteWriter()
        let progress: TailProgress
        do throws(JournalError) {
            progress = try replica.journal.readTail(&self.cursor, maximumBytes: self.batchLength, into: &writer)
        } catch {
            throw .replica(.journal(error))
        }
        var reader = ByteReader(writer.bytes)
        while reader.remaining > 0 {
            let (key, dot) = try ChangeFeed.readHead(&reader, writer.bytes)
            self.told.insert(dot)
            guard self.includes(key) else { continue }
            do throws(ReplicaError) {
                self.answer.changes.append(try self.change(of: key, dot, replica))
            } catch {
                throw .replica(error)
            }
        }
        if case .finished(let target) = progress {
            self.told.formUnion(target)
            self.coveredFloor = replica.journal.syncedFloor
            if let last = self.answer.changes.indices.last { self.answer.changes[last].context = self.told }
        } else {
            self.wantsTurn = self.answer.changes.isEmpty
        }
    }

    /// - Throws: ``ChangeFeedError/outdated`` if tombstones may be gone that the reader was not told of.
    private func checkFloor(_ journal: RecordJournal) throws(ChangeFeedError) {
        let floor = journal.syncedFloor
        guard floor != self.coveredFloor else { return }
        let below = CausalContext(floor).intersection(journal.syncedContext)
        guard self.told.isSuperset(of: below) else { throw .outdated }
        self.coveredFloor = floor
    }

    /// Reads one record as ``RecordJournal/readTail(_:maximumBytes:batchMaximum:into:)`` writes it.
    private static func readHead(
        _ reader: inout ByteReader, _ bytes: [UInt8]
    ) throws(ChangeFeedError) -> (key: [UInt8], dot: Dot) {
        do throws(DecodingError) {
            let bounds = try reader.readRange(try reader.readCount(maximum: DataLimits.recordLength))
            var recordReader = ByteReader(bytes, bounds)
            let layout = try recordReader.readRecordLayout()
            return (Array(bytes[layout.key]), layout.head.dot)
        } catch {
            throw .replica(.journal(.malformed(error)))
        }
    }

    private func includes(_ key: [UInt8]) -> Bool {
        let isAbove =
            switch self.lower {
            case .unbounded: true
            case .including(let bound): !key.lexicographicallyPrecedes(bound)
            case .excluding(let bound): bound.lexicographicallyPrecedes(key)
            }
        guard isAbove else { return false }
        return switch self.upper {
        case .unbounded: true
        case .including(let bound): !bound.lexicographicallyPrecedes(key)
        case .excluding(let bound): key.lexicographicallyPrecedes(bound)
        }
    }

    private func change(of key: [UInt8], _ dot: Dot, _ replica: Replica) throws(ReplicaError) -> KeyChange {
        let found = try replica.siblings(of: key.span)
        self.answer.heldUntil = max(self.answer.heldUntil, found.heldUntil)
        var value: [UInt8]?
        if !found.siblings.isEmpty {
            let resolver = replica.configuration.resolvers.resolver(for: key.span)
            if case .value(let bytes, _) = resolver.view(of: Key(key), found.siblings) { value = bytes }
        }
        return KeyChange(
            key: key, value: value, isConflict: found.siblings.count > 1, dot: dot, context: self.told)
    }
}
