import ByteCoding
import Platform

// What a medium does to bytes that had been written well. Nothing of it touches a change stamp.
extension SimulatedFileSystem {
    /// Flips one bit of a file on the medium, as rot does; the change stamp stays. Does nothing if
    /// there is no such file; the offset may be anything.
    package func flipBit(_ path: String, at offset: Int, bit: Int) {
        guard case .file(let inode) = self.tree[DirectoryTree.normal(path)], offset >= 0 else { return }
        self.faultCounts.flippedBits += 1
        inode.flipBit(at: offset, bit: bit)
    }

    /// Makes the sectors that hold these bytes of a file unreadable, until something is written to them.
    /// Does nothing if there is no such file.
    package func rotSectors(_ path: String, _ bytes: Range<Int>) {
        guard case .file(let inode) = self.tree[DirectoryTree.normal(path)] else { return }
        self.faultCounts.rottenSectors += 1
        inode.rot(bytes)
    }

    /// Has a write of the past have landed elsewhere: its bytes are at another place, of this file or another,
    /// over what was there, and its own place holds what it held before, zeros.
    ///
    /// What reaches beyond the end of the other file is cut off. Does nothing unless both files are there.
    package func misdirect(_ bytes: Range<Int>, of path: String, to offset: Int, of other: String) {
        guard case .file(let source) = self.tree[DirectoryTree.normal(path)],
            case .file(let target) = self.tree[DirectoryTree.normal(other)], offset >= 0
        else { return }
        let range = bytes.clamped(to: 0..<source.durableBytes.count)
        let content = source.durableBytes[range]
        self.faultCounts.misdirectedWrites += 1
        source.overwriteMedium(at: range.lowerBound, with: [UInt8](repeating: 0, count: range.count)[...])
        target.overwriteMedium(at: offset, with: content)
    }

    /// A write under way lands at a drawn place, as far into a sector as it should have: its file gets the
    /// length it would have, and keeps its old bytes.
    func misdirect(_ bytes: Span<UInt8>, from inode: SimulatedInode, at start: Int) {
        inode.grow(to: start + bytes.count, stamp: self.takeStamp())
        var files: [SimulatedInode] = []
        self.tree.visitFiles { if $0.bytes.count > 0 { files.append($0) } }
        guard !files.isEmpty else { return }
        let target = files[self.random.below(files.count)]
        let sectors = (target.bytes.count + SectorSet.sectorSize - 1) / SectorSet.sectorSize
        let place = self.random.below(sectors) * SectorSet.sectorSize + start % SectorSet.sectorSize
        self.faultCounts.misdirectedWrites += 1
        target.overwriteMedium(at: place, with: Array(copying: bytes)[...])
    }

    /// The paths of the files below a directory, sorted.
    package func filePaths(under directory: String) -> [String] {
        self.tree.paths(under: DirectoryTree.normal(directory)).filter { path in
            if case .file = self.tree[path] { true } else { false }
        }
    }

    /// Where the last byte of a file lies that is not zero on the medium, plus one; 0 if there is none.
    package func usedLength(of path: String) -> Int {
        guard case .file(let inode) = self.tree[DirectoryTree.normal(path)] else { return 0 }
        return (inode.durableBytes.lastIndex { $0 != 0 } ?? -1) + 1
    }
}
