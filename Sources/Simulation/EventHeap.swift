import Platform

/// A binary heap of events: the earliest first, and among equals in the order in which they were added.
///
/// What is sifted are small values without references; the actions lie still beside them.
struct EventHeap {
    /// An event taken out.
    struct Event {
        var time: Instant
        var kind: ScheduledKind
        var action: ScheduledAction
    }

    private struct Entry {
        var time: UInt64
        var sequence: UInt64
        var slot: Int32
        var kind: ScheduledKind

        func isBefore(_ other: Entry) -> Bool {
            self.time == other.time ? self.sequence < other.sequence : self.time < other.time
        }
    }

    private var entries: [Entry] = []
    /// By slot; nil in the free ones.
    private var actions: [ScheduledAction?] = []
    private var freeSlots: [Int32] = []
    private var sequence: UInt64 = 0

    /// When the first event is, and its number; nil if there is none.
    var next: (time: Instant, sequence: UInt64)? {
        guard !self.entries.isEmpty else { return nil }
        return (Instant(nanoseconds: self.entries[0].time), self.entries[0].sequence)
    }

    /// Numbers something that is ordered among the events but kept elsewhere.
    mutating func takeSequence() -> UInt64 {
        self.sequence += 1
        return self.sequence
    }

    mutating func insert(at time: Instant, _ kind: ScheduledKind, _ action: ScheduledAction) {
        self.sequence += 1
        let slot: Int32
        if let free = self.freeSlots.popLast() {
            slot = free
            self.actions[Int(slot)] = action
        } else {
            // Far fewer events wait at once than 32 bits can number.
            slot = Int32(self.actions.count)
            self.actions.append(action)
        }
        let entry = Entry(time: time.nanoseconds, sequence: self.sequence, slot: slot, kind: kind)
        self.entries.append(entry)
        self.siftUp(entry, from: self.entries.count - 1)
    }

    /// Takes out the first event.
    mutating func removeFirst() -> Event? {
        guard let first = self.entries.first, let last = self.entries.popLast() else { return nil }
        if !self.entries.isEmpty { self.siftDown(last) }
        var action: ScheduledAction?
        swap(&action, &self.actions[Int(first.slot)])
        self.freeSlots.append(first.slot)
        // Every entry's slot holds an action until the entry is taken out.
        guard let action else { return nil }
        return Event(time: Instant(nanoseconds: first.time), kind: first.kind, action: action)
    }

    mutating func removeAll() {
        self.entries.removeAll()
        self.actions.removeAll()
        self.freeSlots.removeAll()
    }

    /// Finds the place of an entry that stands last.
    private mutating func siftUp(_ entry: Entry, from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry.isBefore(self.entries[parent]) else { break }
            self.entries[child] = self.entries[parent]
            child = parent
        }
        self.entries[child] = entry
    }

    /// Finds the place of an entry for which the first is free.
    private mutating func siftDown(_ entry: Entry) {
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < self.entries.count else { break }
            if least + 1 < self.entries.count, self.entries[least + 1].isBefore(self.entries[least]) { least += 1 }
            guard self.entries[least].isBefore(entry) else { break }
            self.entries[parent] = self.entries[least]
            parent = least
        }
        self.entries[parent] = entry
    }
}
