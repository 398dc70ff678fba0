import Platform

/// The streams of one node by slot.
///
/// - Invariant: A slot's generation changes whenever its stream goes, so an id finds its own stream or none.
struct StreamTable {
    /// How far a stream has come.
    enum Phase: Equatable {
        /// The slot has no stream.
        case free
        /// The kernel is still connecting.
        case connecting
        case open
        /// It failed before it had a descriptor, or while being set up; to be reported as closed.
        case failed
    }

    /// One slot.
    struct Entry {
        var generation: UInt32 = 0
        var phase = Phase.free
        var descriptor: Int32 = -1
        /// The other side, for errors.
        var peer = NetworkAddress(host: "", port: 0)
        var wantsReading = true
        var wantsWriting = false
        /// Whether the end of what the other side sends, or a failure, has been read.
        var hasEnded = false
        /// Whether the poller knows the descriptor.
        var isPolled = false
        /// What the poller was told to wait for.
        var interest: UInt32 = 0
    }

    private(set) var entries: [Entry] = []
    private var freeSlots: [UInt32] = []

    /// Takes a slot.
    ///
    /// Slots stay below the 2^31 that a poll token can name: each has a descriptor, of which the kernel
    /// hands out fewer, or a failure that is reported in the next turn.
    mutating func insert(_ phase: Phase, descriptor: Int32, peer: NetworkAddress) -> StreamID {
        let slot: UInt32
        if let free = self.freeSlots.popLast() {
            slot = free
        } else {
            slot = UInt32(self.entries.count)
            self.entries.append(Entry())
        }
        let generation = self.entries[Int(slot)].generation
        self.entries[Int(slot)] = Entry(generation: generation, phase: phase, descriptor: descriptor, peer: peer)
        return StreamID(slot: slot, generation: generation)
    }

    /// Gives a slot back.
    mutating func remove(_ id: StreamID) {
        guard self.contains(id) else { return }
        self.entries[Int(id.slot)] = Entry(generation: id.generation &+ 1)
        self.freeSlots.append(id.slot)
    }

    func contains(_ id: StreamID) -> Bool {
        Int(id.slot) < self.entries.count && self.entries[Int(id.slot)].generation == id.generation
            && self.entries[Int(id.slot)].phase != .free
    }

    /// The stream's entry; nil when it is gone.
    subscript(id: StreamID) -> Entry? {
        self.contains(id) ? self.entries[Int(id.slot)] : nil
    }

    /// The stream's descriptor; nil while it is not open.
    func openDescriptor(of id: StreamID) -> Int32? {
        let slot = Int(id.slot)
        guard slot < self.entries.count, self.entries[slot].generation == id.generation,
            self.entries[slot].phase == .open
        else { return nil }
        return self.entries[slot].descriptor
    }

    /// Changes the stream's entry in place, unless it is gone.
    mutating func update(_ id: StreamID, _ change: (inout Entry) -> Void) {
        if self.contains(id) {
            change(&self.entries[Int(id.slot)])
        }
    }

    /// The streams there are, by slot.
    var ids: [StreamID] {
        self.entries.indices.compactMap { position in
            let entry = self.entries[position]
            return entry.phase == .free ? nil : StreamID(slot: UInt32(position), generation: entry.generation)
        }
    }
}
