/// A set of sector numbers, kept as a bitmap: what of a file was written but not synced.
struct SectorSet {
    /// Bytes that a disk writes as one. A power cut may tear a page, and in the simulator a sector too.
    static let sectorSize = 512

    private var words: [UInt64] = []
    private(set) var isEmpty = true

    /// Adds the sectors that hold these bytes.
    mutating func insert(bytes: Range<Int>) {
        guard !bytes.isEmpty else { return }
        let first = bytes.lowerBound / Self.sectorSize
        let last = (bytes.upperBound - 1) / Self.sectorSize
        while self.words.count <= last / 64 {
            self.words.append(0)
        }
        for sector in first...last {
            self.words[sector / 64] |= 1 << UInt64(sector % 64)
        }
        self.isEmpty = false
    }

    /// Removes the sectors that hold these bytes.
    mutating func remove(bytes: Range<Int>) {
        guard !self.isEmpty, !bytes.isEmpty else { return }
        let last = min((bytes.upperBound - 1) / Self.sectorSize, self.words.count * 64 - 1)
        var sector = bytes.lowerBound / Self.sectorSize
        while sector <= last {
            self.words[sector / 64] &= ~(1 << UInt64(sector % 64))
            sector += 1
        }
        self.isEmpty = self.words.allSatisfy { $0 == 0 }
    }

    /// Whether any of these bytes lies in a sector of the set.
    func intersects(bytes: Range<Int>) -> Bool {
        guard !self.isEmpty, !bytes.isEmpty else { return false }
        let last = min((bytes.upperBound - 1) / Self.sectorSize, self.words.count * 64 - 1)
        var sector = bytes.lowerBound / Self.sectorSize
        while sector <= last {
            if self.contains(sector) { return true }
            sector += 1
        }
        return false
    }

    mutating func removeAll() {
        guard !self.isEmpty else { return }
        for index in self.words.indices {
            self.words[index] = 0
        }
        self.isEmpty = true
    }

    func contains(_ sector: Int) -> Bool {
        sector / 64 < self.words.count && self.words[sector / 64] & (1 << UInt64(sector % 64)) != 0
    }

    /// Calls `body` with the byte range of each sector, in ascending order.
    func visitSectors(_ body: (Range<Int>) -> Void) {
        self.visitRuns { run in
            var start = run.lowerBound
            while start < run.upperBound {
                body(start..<start + Self.sectorSize)
                start += Self.sectorSize
            }
        }
    }

    /// Calls `body` with the byte range of each run of neighbouring sectors, in ascending order.
    func visitRuns(_ body: (Range<Int>) -> Void) {
        guard !self.isEmpty else { return }
        var start: Int?
        for (index, word) in self.words.enumerated() {
            if word == 0 || word == .max {
                // A whole word goes on with the run, or ends it.
                if word == 0, let first = start {
                    body(first * Self.sectorSize..<index * 64 * Self.sectorSize)
                    start = nil
                } else if word != 0, start == nil {
                    start = index * 64
                }
                continue
            }
            for bit in 0..<64 {
                let isSet = word >> UInt64(bit) & 1 == 1
                if isSet, start == nil { start = index * 64 + bit }
                if !isSet, let first = start {
                    body(first * Self.sectorSize..<(index * 64 + bit) * Self.sectorSize)
                    start = nil
                }
            }
        }
        if let first = start { body(first * Self.sectorSize..<self.words.count * 64 * Self.sectorSize) }
    }
}
