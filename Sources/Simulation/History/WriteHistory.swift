package import Causality
package import DataModel

/// Every write that was made in a simulation, with exactly what each replaces: the oracle.
///
/// The ghost history of the executable model: it is kept by the simulation alone, from what a write
/// found live at its node and from the token it was given, and never from records' contexts.
package final class WriteHistory {
    /// What one write is, before it gets its place.
    package struct Draft {
        /// What it is a write of.
        package var key: [UInt8]
        /// What it does to its key.
        package var operation: Operation
        /// What a put writes.
        package var value: [UInt8]
        /// What an increment adds.
        package var amount: Int64
        /// In milliseconds since 1970; nil for never.
        package var expiry: UInt64?
        /// Everything of its key that it replaces.
        package var replaced: PlaceSet
        /// Whether nothing of its key stays live beside it at its node: then all its writer's earlier writes of
        /// the key have ended there, even those whose successors were collected.
        package var replacesAllLive = true
        /// The sequences of its batch; nil if it is made alone.
        package var batch: ClosedRange<UInt64>?

        /// Puts a draft together.
        package init(
            key: [UInt8], operation: Operation, value: [UInt8] = [], amount: Int64 = 0, expiry: UInt64? = nil,
            replaced: PlaceSet = PlaceSet(), batch: ClosedRange<UInt64>? = nil
        ) {
            self.key = key
            self.operation = operation
            self.value = value
            self.amount = amount
            self.expiry = expiry
            self.replaced = replaced
            self.batch = batch
        }
    }

    /// All writes, in the order in which they were made.
    package private(set) var writes: [RecordedWrite] = []
    /// The indices of each batch's writes: the members of a batch are recorded one after the other.
    package private(set) var batches: [Range<Int>] = []
    /// The keys, by their numbers.
    package private(set) var keys: [[UInt8]] = []
    /// Per key the indices of its writes, by their places.
    package private(set) var writesOfKey: [[Int]] = []
    /// How many writes were lost.
    package private(set) var lostCount = 0
    // Both are only looked up, never iterated.
    private var numbers: [[UInt8]: Int] = [:]
    private var indices: [Dot: Int] = [:]

    /// An empty history.
    package init() {}

    /// The write of that name that was not lost.
    package subscript(dot: Dot) -> RecordedWrite? {
        self.indices[dot].map { self.writes[$0] }
    }

    /// The index of the write of that name.
    package func index(of dot: Dot) -> Int? { self.indices[dot] }

    /// The number of a key that was written; nil for others.
    package func number(of key: [UInt8]) -> Int? { self.numbers[key] }

    /// The write at a place of a key.
    package func write(key: Int, place: Int) -> RecordedWrite { self.writes[self.writesOfKey[key][place]] }

    /// Everything that a write of the key replaces: these dots, and all that each of them replaces.
    package func replaced(by dots: some Sequence<Dot>, of key: [UInt8]) -> PlaceSet {
        var result = PlaceSet()
        guard let number = self.numbers[key] else { return result }
        for dot in dots {
            guard let write = self[dot], write.key == number else { continue }
            result.insert(write.place)
            result.formUnion(write.replaced)
        }
        return result
    }

    /// The places of these writes of the key, without what they replace.
    package func places(of dots: some Sequence<Dot>, _ key: [UInt8]) -> PlaceSet {
        var result = PlaceSet()
        guard let number = self.numbers[key] else { return result }
        for dot in dots {
            guard let write = self[dot], write.key == number else { continue }
            result.insert(write.place)
        }
        return result
    }

    /// The writes of the key that are in a context and that no other write in it replaces.
    ///
    /// - Complexity: O(w log r) in the key's writes and the context's ranges.
    package func tips(of key: [UInt8], in context: CausalContext) -> [RecordedWrite] {
        guard let number = self.numbers[key] else { return [] }
        var replaced = PlaceSet()
        var claimed: [RecordedWrite] = []
        for index in self.writesOfKey[number] {
            let write = self.writes[index]
            guard !write.isLost, context.contains(write.dot) else { continue }
            claimed.append(write)
            replaced.formUnion(write.replaced)
        }
        return claimed.filter { !replaced.contains($0.place) }
    }

    /// Takes in a write that a replica has accepted; returns its index.
    @discardableResult
    package func record(
        _ draft: Draft, as dot: Dot, on node: Int, heldUntil: UInt64, checksum: UInt32?
    ) -> Int {
        let key = self.makeNumber(of: draft.key)
        let index = self.writes.count
        var replaced = draft.replaced
        if draft.replacesAllLive {
            for earlier in self.writesOfKey[key] where self.writes[earlier].precedes(dot) {
                replaced.insert(self.writes[earlier].place)
            }
        }
        self.writes.append(
            RecordedWrite(
                dot: dot, key: key, place: self.writesOfKey[key].count, node: node, operation: draft.operation,
                value: draft.value, amount: draft.amount, expiry: draft.expiry, replaced: replaced,
                heldUntil: heldUntil, batch: draft.batch, checksum: checksum))
        if let batch = draft.batch { self.noteMember(index, of: batch) }
        self.writesOfKey[key].append(index)
        self.indices[dot] = index
        return index
    }

    private func noteMember(_ index: Int, of batch: ClosedRange<UInt64>) {
        if let last = self.batches.last, last.upperBound == index, self.writes[last.lowerBound].batch == batch,
            self.writes[last.lowerBound].dot.peer == self.writes[index].dot.peer
        {
            self.batches[self.batches.count - 1] = last.lowerBound..<index + 1
        } else {
            self.batches.append(index..<index + 1)
        }
    }

    /// The client of the write was told that it is done.
    package func acknowledge(_ index: Int) { self.writes[index].isAcknowledged = true }

    /// A reader was shown the write.
    package func noteTold(_ index: Int) { self.writes[index].isTold = true }

    /// The write became durable at its node.
    package func noteSynced(_ index: Int) { self.writes[index].isSynced = true }

    /// The write's only holder is gone.
    package func excuse(_ index: Int) { self.writes[index].isExcused = true }

    /// A crash has taken the write back.
    package func lose(_ index: Int) {
        self.writes[index].isLost = true
        self.lostCount += 1
        let dot = self.writes[index].dot
        if self.indices[dot] == index { self.indices[dot] = nil }
    }

    /// The write's bytes were seen for the first time.
    package func note(_ checksum: UInt32, of dot: Dot) {
        guard let index = self.indices[dot] else { return }
        self.writes[index].checksum = checksum
    }

    /// A key in words.
    package func name(of key: Int) -> String { String(decoding: self.keys[key], as: UTF8.self) }

    private func makeNumber(of key: [UInt8]) -> Int {
        if let number = self.numbers[key] { return number }
        self.numbers[key] = self.keys.count
        self.keys.append(key)
        self.writesOfKey.append([])
        return self.keys.count - 1
    }
}
