import Causality

/// A slab of ``PackedSlot``s with a free list: the keys and their records, by slot number.
///
/// Numbers are stable: a slot is only given to another key after it was freed. Slots stand in blocks that never
/// move, so growing copies nothing.
///
/// - Invariant: a key's records are either one in its slot, or any number in `lists`, sorted by dot.
@safe
struct KeySlots: ~Copyable {
    private static let blockCount = 4096

    private var blocks: [UnsafeMutablePointer<PackedSlot>]
    private var firstFree = PackedSlot.noSlot
    private var arena = KeyArena()
    private var peers = PeerTable()
    /// The records of keys whose slot says that they are listed; only ever looked up.
    private var lists: [UInt32: [LiveRecord]] = [:]
    /// One more than the highest number in use so far.
    private(set) var end: UInt32 = 0

    init() {
        unsafe self.blocks = []
        precondition(MemoryLayout<PackedSlot>.size == 64 && MemoryLayout<PackedSlot>.stride == 64)
    }

    deinit {
        for id in 0..<self.end where self.isOccupied(id) {
            let slot = unsafe self.slot(id)
            if unsafe !KeyArena.isPooled(Int(slot.pointee.keyLength)) { unsafe self.longKey(slot)?.deallocate() }
        }
        for index in unsafe self.blocks.indices { unsafe self.blocks[index].deallocate() }
    }

    var approximateBytes: Int {
        Int(self.end) * MemoryLayout<PackedSlot>.stride + self.arena.allocatedBytes + self.lists.count * 256
    }

    func isOccupied(_ id: UInt32) -> Bool {
        unsafe id < self.end && self.slot(id).pointee.flags.contains(.occupied)
    }

    /// Returns a slot for the key, without records so far.
    mutating func make(_ key: UnsafeRawBufferPointer) -> UInt32 {
        let id = self.takeFree()
        let slot = unsafe self.slot(id)
        unsafe slot.initialize(to: PackedSlot(keyLength: key.count))
        if key.count <= PackedSlot.inlineKeyLength {
            let bytes = unsafe UnsafeMutableRawPointer(slot) + PackedSlot.keyOffset
            unsafe UnsafeMutableRawBufferPointer(start: bytes, count: key.count).copyMemory(from: key)
        } else {
            let address = unsafe UInt(bitPattern: self.arena.store(key))
            unsafe slot.pointee.keyAddress = UInt64(address)
        }
        return id
    }

    /// Frees the slot and forgets its key and records.
    mutating func free(_ id: UInt32) {
        self.releaseLongKey(id)
        let slot = unsafe self.slot(id)
        if unsafe slot.pointee.flags.contains(.listsRecords) { self.lists[id] = nil }
        unsafe slot.pointee = PackedSlot(freeBefore: self.firstFree)
        self.firstFree = id
    }

    /// Returns the key's bytes; they stay where they are until the slot is freed.
    ///
    /// - Precondition: the slot is occupied.
    func key(_ id: UInt32) -> UnsafeRawBufferPointer {
        let slot = unsafe self.occupied(id)
        let length = Int(unsafe slot.pointee.keyLength)
        guard length > PackedSlot.inlineKeyLength else {
            return unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(slot) + PackedSlot.keyOffset, count: length)
        }
        return unsafe UnsafeRawBufferPointer(start: self.longKey(slot), count: length)
    }

    /// Lends the key's bytes to `body`, which cannot change the slots meanwhile.
    func withKey<Result, Failure: Error>(
        _ id: UInt32, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe self.key(id)
        return try unsafe body(bytes.assumingMemoryBound(to: UInt8.self).span)
    }

    func recordCount(_ id: UInt32) -> Int {
        let flags = unsafe self.occupied(id).pointee.flags
        if flags.contains(.holdsRecord) { return 1 }
        return flags.contains(.listsRecords) ? self.listed(id).count : 0
    }

    /// How many of the key's records are not tombstones.
    func visibleCount(_ id: UInt32) -> Int {
        let slot = unsafe self.occupied(id)
        let flags = unsafe slot.pointee.flags
        if flags.contains(.holdsRecord) { return unsafe slot.pointee.isTombstone ? 0 : 1 }
        guard flags.contains(.listsRecords) else { return 0 }
        var count = 0
        for record in self.listed(id) where !record.isTombstone { count += 1 }
        return count
    }

    /// Returns the record with the lowest dot.
    ///
    /// - Precondition: there is a record.
    func first(_ id: UInt32) -> LiveRecord {
        let slot = unsafe self.occupied(id)
        if unsafe slot.pointee.flags.contains(.listsRecords) { return self.listed(id)[0] }
        return unsafe slot.pointee.unpack(peers: self.peers)
    }

    /// Returns the record of that dot; nil if the slot, occupied or not, does not hold it.
    func record(_ dot: Dot, in id: UInt32) -> LiveRecord? {
        guard id < self.end else { return nil }
        let slot = unsafe self.slot(id)
        let flags = unsafe slot.pointee.flags
        if flags.contains(.holdsRecord) {
            guard unsafe slot.pointee.sequence == dot.sequence,
                unsafe self.peers[slot.pointee.peerNumber] == dot.peer
            else { return nil }
            return unsafe slot.pointee.unpack(peers: self.peers)
        }
        guard flags.contains(.listsRecords) else { return nil }
        let list = self.listed(id)
        let index = Self.index(of: dot, in: list)
        return index < list.count && list[index].dot == dot ? list[index] : nil
    }

    func forEachRecord<Failure: Error>(
        _ id: UInt32, _ body: (LiveRecord) throws(Failure) -> Void
    ) throws(Failure) {
        let slot = unsafe self.occupied(id)
        let flags = unsafe slot.pointee.flags
        if flags.contains(.holdsRecord) {
            let record = unsafe slot.pointee.unpack(peers: self.peers)
            try body(record)
        } else if flags.contains(.listsRecords) {
            for record in self.listed(id) { try body(record) }
        }
    }

    /// Adds the record to the slot's; returns the one of the same dot that it replaces, if there is one.
    mutating func put(_ record: LiveRecord, in id: UInt32) -> LiveRecord? {
        let slot = unsafe self.occupied(id)
        let flags = unsafe slot.pointee.flags
        var list: [LiveRecord] = []
        if flags.contains(.holdsRecord) {
            list.append(unsafe slot.pointee.unpack(peers: self.peers))
        } else if flags.contains(.listsRecords) {
            list = self.lists.removeValue(forKey: id) ?? []
        }
        let index = Self.index(of: record.dot, in: list)
        var old: LiveRecord?
        if index < list.count, list[index].dot == record.dot {
            old = list[index]
            list[index] = record
        } else if list.isEmpty {
            self.replaceAll(in: id, with: record)
            return nil
        } else {
            list.insert(record, at: index)
        }
        self.keep(list, in: id)
        return old
    }

    /// Takes the record of that dot out and returns it; nil if the slot does not hold it.
    mutating func remove(_ dot: Dot, from id: UInt32) -> LiveRecord? {
        guard let record = self.record(dot, in: id) else { return nil }
        let slot = unsafe self.slot(id)
        guard unsafe slot.pointee.flags.contains(.listsRecords), var list = self.lists.removeValue(forKey: id) else {
            unsafe slot.pointee.clearRecord(listed: false)
            return record
        }
        list.remove(at: Self.index(of: dot, in: list))
        self.keep(list, in: id)
        return record
    }

    /// Takes `dropped` out and puts the record in; returns the one of the same dot that it replaces, if there is one.
    mutating func exchange(_ dropped: [LiveRecord], for record: LiveRecord, in id: UInt32) -> LiveRecord? {
        guard unsafe self.occupied(id).pointee.flags.contains(.listsRecords), let place = self.lists.index(forKey: id)
        else {
            for gone in dropped { _ = self.remove(gone.dot, from: id) }
            return self.put(record, in: id)
        }
        for gone in dropped {
            self.lists.values[place].remove(at: Self.index(of: gone.dot, in: self.lists.values[place]))
        }
        let index = Self.index(of: record.dot, in: self.lists.values[place])
        var old: LiveRecord?
        if index < self.lists.values[place].count, self.lists.values[place][index].dot == record.dot {
            old = self.lists.values[place][index]
            self.lists.values[place][index] = record
        } else {
            self.lists.values[place].insert(record, at: index)
        }
        if self.lists.values[place].count == 1 { self.replaceAll(in: id, with: record) }
        return old
    }

    /// Makes this the slot's only record.
    mutating func replaceAll(in id: UInt32, with record: LiveRecord) {
        let slot = unsafe self.occupied(id)
        let wasListed = unsafe slot.pointee.flags.contains(.listsRecords)
        if unsafe slot.pointee.pack(record, peers: &self.peers) {
            if wasListed { self.lists[id] = nil }
        } else {
            unsafe slot.pointee.clearRecord(listed: true)
            self.lists[id] = [record]
        }
    }

    /// Makes this the slot's only record in the place of another, which it returns.
    ///
    /// - Precondition: the slot has exactly one record.
    mutating func replaceOnly(in id: UInt32, with record: LiveRecord) -> LiveRecord {
        precondition(self.recordCount(id) == 1, "slot \(id) has several records")
        let old = self.first(id)
        self.replaceAll(in: id, with: record)
        return old
    }

    /// Sets the slot's records to `list`, which is in no list now.
    private mutating func keep(_ list: [LiveRecord], in id: UInt32) {
        if list.count == 1 {
            self.replaceAll(in: id, with: list[0])
        } else {
            unsafe self.slot(id).pointee.clearRecord(listed: !list.isEmpty)
            if !list.isEmpty { self.lists[id] = list }
        }
    }

    private func listed(_ id: UInt32) -> [LiveRecord] {
        self.lists[id] ?? []
    }

    private static func index(of dot: Dot, in list: [LiveRecord]) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle].dot < dot { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func slot(_ id: UInt32) -> UnsafeMutablePointer<PackedSlot> {
        unsafe self.blocks[Int(id) / Self.blockCount] + Int(id) % Self.blockCount
    }

    private func occupied(_ id: UInt32) -> UnsafeMutablePointer<PackedSlot> {
        precondition(self.isOccupied(id), "slot \(id) holds no key")
        return unsafe self.slot(id)
    }

    private mutating func takeFree() -> UInt32 {
        if self.firstFree != PackedSlot.noSlot {
            let id = self.firstFree
            self.firstFree = unsafe self.slot(id).pointee.nextFree
            return id
        }
        // The hash table marks empty places with the highest number, so no slot may have it.
        precondition(self.end < PackedSlot.noSlot, "more keys than slot numbers")
        if unsafe Int(self.end) == self.blocks.count * Self.blockCount {
            let block = UnsafeMutableRawPointer.allocate(
                byteCount: Self.blockCount * MemoryLayout<PackedSlot>.stride, alignment: 64)
            unsafe self.blocks.append(block.bindMemory(to: PackedSlot.self, capacity: Self.blockCount))
        }
        self.end += 1
        return self.end - 1
    }

    private mutating func releaseLongKey(_ id: UInt32) {
        let slot = unsafe self.occupied(id)
        if let block = unsafe self.longKey(slot) {
            unsafe self.arena.free(block, length: Int(slot.pointee.keyLength))
        }
    }

    /// Returns where the key lies, if it is too long for the slot.
    private func longKey(_ slot: UnsafeMutablePointer<PackedSlot>) -> UnsafeMutableRawPointer? {
        guard unsafe slot.pointee.keyLength > PackedSlot.inlineKeyLength else { return nil }
        return unsafe UnsafeMutableRawPointer(bitPattern: UInt(slot.pointee.keyAddress))
    }
}
