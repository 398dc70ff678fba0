import AntiEntropy
import ByteCoding
import Causality
import DataModel

/// An owner of a conversation, as simple as can be: records that never replace one another.
struct StoreModel {
    let peer: PeerID
    var records: [Dot: [UInt8]] = [:]
    var context = CausalContext()
    var floor = VersionVector()
    /// Dots that a snapshot being received has had.
    var streamed: Set<Dot> = []
    /// What the stream being sent has still to give in this pass.
    var stream: [Dot] = []
    /// What the receiver of the stream need not be sent after this pass, and the floor it began with.
    var done = CausalContext()
    var cut = CausalContext()
    var cutFloor = VersionVector()
    var isSnapshot = false
    var ingestedMessages = 0

    init(_ peer: UInt64) {
        self.peer = PeerID(rawValue: peer)
    }

    mutating func write(_ count: Int = 1, valueLength: Int = 4) {
        for _ in 0..<count {
            let dot = Dot(peer: self.peer, sequence: self.context[self.peer].highest + 1)
            let record = Record(
                dot: dot, clock: 0, timestamp: HybridTimestamp(rawValue: dot.sequence), operation: .put,
                key: Array("\(dot)".utf8), value: [UInt8](repeating: 7, count: valueLength))
            var writer = ByteWriter()
            writer.write(record)
            self.records[dot] = writer.bytes
            self.context.insert(dot)
        }
    }

    /// Takes a record away as a collected tombstone is: its dot joins the floor.
    mutating func collect(_ sequence: UInt64) {
        self.records[Dot(peer: self.peer, sequence: sequence)] = nil
        self.floor.raise(self.peer, to: sequence)
    }

    var dots: [Dot] {
        self.records.keys.sorted()
    }

    /// Live records of one's own.
    var ownDots: [Dot] {
        self.dots.filter { $0.peer == self.peer }
    }

    var lastOwn: LastOwnRecord {
        let sequence = self.context[self.peer].highest
        let bytes = self.records[Dot(peer: self.peer, sequence: sequence)] ?? []
        return LastOwnRecord(sequence: sequence, checksum: Checksum.crc32c(0, bytes.span))
    }

    var digest: Digest {
        Digest(
            context: self.context, floor: self.floor, lastOwn: self.lastOwn, liveHash: 1,
            timestamp: HybridTimestamp(rawValue: 5))
    }

    var closing: Closing {
        Closing(context: self.context, floor: self.floor, lastOwn: self.lastOwn)
    }

    mutating func beginStream(missingFrom context: CausalContext, snapshot: Bool) {
        self.isSnapshot = snapshot
        self.done = snapshot ? CausalContext() : context
        self.beginPass()
    }

    /// A pass streams what is live now. What comes in meanwhile needs a further one, so that the
    /// closing's context and the stream are of one moment.
    private mutating func beginPass() {
        self.cut = self.context
        self.cutFloor = self.floor
        self.stream = self.dots.filter { !self.done.contains($0) }
    }

    mutating func fetch(maximumBytes: Int) -> (EncodedRecords, Closing?) {
        var writer = ByteWriter()
        var count = 0
        while writer.count < maximumBytes {
            if self.stream.isEmpty {
                self.done.formUnion(self.cut)
                if self.isSnapshot, self.floor != self.cutFloor { self.done = CausalContext() }
                if self.context == self.cut, self.floor == self.cutFloor {
                    return (EncodedRecords(writer.bytes, count: count), self.closing)
                }
                self.beginPass()
            } else if let bytes = self.records[self.stream.removeFirst()] {
                writer.writeLengthPrefixed(bytes)
                count += 1
            }
        }
        return (EncodedRecords(writer.bytes, count: count), nil)
    }

    mutating func ingest(_ batch: EncodedRecords) throws {
        self.ingestedMessages += 1
        try batch.forEachRecord { range throws(DecodingError) in
            var reader = ByteReader(batch.bytes, range)
            let record = try reader.readRecord()
            self.streamed.insert(record.dot)
            if !self.context.contains(record.dot) {
                self.context.insert(record.dot)
                self.records[record.dot] = Array(batch.bytes[range])
            }
        }
    }

    mutating func join(_ closing: Closing) {
        if closing.isSnapshot {
            for dot in self.dots where closing.context.contains(dot) && !self.streamed.contains(dot) {
                self.records[dot] = nil
            }
        }
        self.context.formUnion(closing.context)
        self.floor.formUnion(closing.floor)
        self.streamed = []
    }
}
