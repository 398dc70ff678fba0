package import ByteCoding
package import Causality

/// A counter that stays exact under concurrent increments.
///
/// Each entry is named by the dot of the record that opened it and holds how much was ever added and
/// taken away under that name. Both only grow, so concurrent copies of an entry join by the larger.
/// A plain number beside or below a counter counts as an entry named by its own dot.
///
/// Bytes: entry count varint, then per entry in order: peer u64 | sequence varint | added varint |
/// taken varint.
package struct CounterValue: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package var dot: Dot
        package var added: UInt64
        package var taken: UInt64
    }

    /// Entries that one counter may hold: no bound of its own, so that what was written can be read.
    /// An entry takes eleven bytes at least.
    package static let maximumEntries = DataLimits.valueLength / 11

    /// Sorted by dot.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// Joins siblings of any operation; what is neither a counter nor a number counts as nothing.
    package init(joining siblings: [Sibling]) {
        for sibling in siblings {
            switch sibling.operation {
            case .count:
                if let counter = try? CounterValue(decoding: sibling.value) { self.join(counter.entries[...]) }
            case .put:
                guard let number = DecimalInteger.parse(sibling.value.span) else { continue }
                let entry = Entry(
                    dot: sibling.dot, added: number > 0 ? number.magnitude : 0,
                    taken: number < 0 ? number.magnitude : 0)
                self.join([entry])
            case .delete:
                continue
            }
        }
    }

    package init(decoding bytes: [UInt8]) throws(DecodingError) {
        var reader = ByteReader(bytes)
        for _ in 0..<(try reader.readCount(maximum: CounterValue.maximumEntries)) {
            let dot = Dot(peer: PeerID(rawValue: try reader.readUInt64()), sequence: try reader.readVarint())
            if let last = self.entries.last, dot <= last.dot { throw .malformed }
            self.entries.append(Entry(dot: dot, added: try reader.readVarint(), taken: try reader.readVarint()))
        }
        try reader.finish()
    }

    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.writeCount(self.entries.count)
        for entry in self.entries {
            writer.write(entry.dot.peer.rawValue)
            writer.writeVarint(entry.dot.sequence)
            writer.writeVarint(entry.added)
            writer.writeVarint(entry.taken)
        }
        return writer.bytes
    }

    /// The sum; held at the bounds of `Int64` where it would pass them.
    package var total: Int64 {
        var sum: Int128 = 0
        for entry in self.entries { sum += Int128(entry.added) - Int128(entry.taken) }
        return Int64(clamping: sum)
    }

    /// The sum in decimal digits.
    package var decimal: [UInt8] {
        Array(String(self.total).utf8)
    }

    /// Adds `amount` in the entry named `continued`, or, if that is nil, in a new one named `opened`.
    package mutating func add(_ amount: Int64, opening opened: Dot, continuing continued: Dot?) {
        let dot = continued ?? opened
        let index = self.index(of: dot)
        if index == self.entries.count || self.entries[index].dot != dot {
            self.entries.insert(Entry(dot: dot, added: 0, taken: 0), at: index)
        }
        if amount >= 0 {
            self.entries[index].added = self.entries[index].added.saturating(adding: amount.magnitude)
        } else {
            self.entries[index].taken = self.entries[index].taken.saturating(adding: amount.magnitude)
        }
    }

    package func holds(_ dot: Dot) -> Bool {
        let index = self.index(of: dot)
        return index < self.entries.count && self.entries[index].dot == dot
    }

    /// Joins sorted entries, of one dot by the larger of each number.
    ///
    /// - Complexity: O(n) in the entries of both.
    private mutating func join(_ others: ArraySlice<Entry>) {
        var mine = self.entries[...]
        var theirs = others
        var joined: [Entry] = []
        joined.reserveCapacity(mine.count + theirs.count)
        while let left = mine.first, let right = theirs.first {
            if left.dot == right.dot {
                let added = max(left.added, right.added)
                joined.append(Entry(dot: left.dot, added: added, taken: max(left.taken, right.taken)))
            } else {
                joined.append(left.dot < right.dot ? left : right)
            }
            if left.dot <= right.dot { mine.removeFirst() }
            if right.dot <= left.dot { theirs.removeFirst() }
        }
        self.entries = joined + mine + theirs
    }

    private func index(of dot: Dot) -> Int {
        self.entries.partitionPoint { $0.dot < dot }
    }
}

extension UInt64 {
    fileprivate func saturating(adding other: UInt64) -> UInt64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
