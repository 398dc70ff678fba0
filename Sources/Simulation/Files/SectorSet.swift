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
        guard !self.isEmpty else { return }
        for (index, word) in self.words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                let sector = index * 64 + rest.trailingZeroBitCount
                rest &= rest - 1
                body(sector * Self.sectorSize..<(sector + 1) * Self.sectorSize)
            }
        }
    }
}
