/// Damages a node's disk at a drawn place.
struct DiskDamage {
    private let files: SimulatedFileSystem
    private var random: SimulationRandom

    private static let sector = SectorSet.sectorSize

    /// Damage to the disk of a node, with a generator of its own.
    init(to node: SimulatedNode, _ random: SimulationRandom) {
        self.files = node.machine.files
        self.random = random
    }

    /// Does the damage; false if the disk holds nothing that it could be done to.
    ///
    /// - Parameter kind: one that ``ClusterFault/isDamage`` is true of.
    mutating func strike(_ kind: ClusterFault) -> Bool {
        guard let (path, offset) = self.drawPlace() else { return false }
        switch kind {
        case .bitRot:
            for _ in 0..<[1, 1, 2, 8, 64][self.random.below(5)] {
                // Rot clusters.
                let place = offset + self.random.below(Self.sector)
                self.files.flipBit(path, at: place, bit: self.random.below(8))
            }
        case .rottenSector:
            self.files.rotSectors(path, offset..<offset + self.drawLength())
        default:
            guard let (other, place) = self.drawPlace() else { return false }
            let start = offset / Self.sector * Self.sector
            var end = start + self.drawLength()
            // A last write of which nothing is left cannot be told from one that was never made. While its
            // process runs the next will tell; at rest the log's end is spared.
            if path.hasSuffix(".seg") { end = min(end, self.files.usedLength(of: path) - 1) }
            guard start < end else { return false }
            self.files.misdirect(start..<end, of: path, to: place / Self.sector * Self.sector, of: other)
        }
        return true
    }

    private mutating func drawLength() -> Int { Self.sector * [1, 1, 2, 8][self.random.below(4)] }

    /// A file and a place in it: mostly in what a segment of the log holds, and often near its end.
    private mutating func drawPlace() -> (path: String, offset: Int)? {
        let paths = self.files.filePaths(under: SimulatedNode.directory)
        let segments = paths.filter { $0.hasSuffix(".seg") }
        let chosen = segments.isEmpty || self.random.chance(0.2) ? paths : segments
        guard !chosen.isEmpty else { return nil }
        let path = self.random.chance(0.3) ? chosen[chosen.count - 1] : chosen[self.random.below(chosen.count)]
        let used = self.files.usedLength(of: path)
        switch self.random.below(4) {
        case 0: return (path, max(0, used - 1 - self.random.below(Self.sector)))
        case 1: return (path, self.random.below((self.files.contents(of: path)?.count ?? 0) + 1))
        default: return (path, self.random.below(used + 1))
        }
    }
}
