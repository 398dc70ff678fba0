/// One file, apart from its names: the bytes as programs see them, and the bytes on the medium.
///
/// What lies between the two – written sectors, changes of length – is pending until a sync. A power
/// cut keeps, drops or tears each pending sector by itself, and keeps a prefix of the changes of length.
final class SimulatedInode {
    /// The bytes as programs see them.
    private(set) var bytes: [UInt8]
    /// The bytes on the medium.
    private(set) var durableBytes: [UInt8]
    /// Stays with the file, and is no other's.
    let birth: UInt64
    /// Changes at every modification.
    private(set) var stamp: UInt64
    private var durableStamp: UInt64
    /// Sectors in which the two images may differ.
    private var dirty = SectorSet()
    /// A sync has failed: what programs see was partly given up.
    private var hasDroppedPages = false
    /// Sectors of the medium that cannot be read until something is written to them.
    private var rotten = SectorSet()
    /// The lengths the file has had since the last sync, the present one last.
    private var pendingLengths: [Int] = []

    /// A file whose bytes are on the medium already.
    init(durable bytes: [UInt8], stamp: UInt64, birth: UInt64) {
        self.bytes = bytes
        self.durableBytes = bytes
        self.birth = birth
        self.stamp = stamp
        self.durableStamp = stamp
    }

    /// Whether a power cut could take something back.
    var hasPendingBytes: Bool { !self.dirty.isEmpty || !self.pendingLengths.isEmpty }

    /// Writes bytes, growing the file with zeros up to `offset` if need be.
    func write(_ source: Span<UInt8>, at offset: Int, stamp: UInt64) {
        self.stamp = stamp
        guard !source.isEmpty else { return }
        let end = offset + source.count
        if end > self.bytes.count {
            self.setLength(end)
        }
        unsafe self.bytes.withUnsafeMutableBufferPointer { target in
            unsafe source.withUnsafeBufferPointer { source in
                // The file was grown above, so offset + count lies within it; neither is empty.
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                unsafe (to + offset).update(from: from, count: source.count)
            }
        }
        self.dirty.insert(bytes: offset..<end)
        self.rotten.remove(bytes: offset..<end)
    }

    func truncate(to length: Int, stamp: UInt64) {
        self.stamp = stamp
        self.setLength(length)
    }

    private func setLength(_ length: Int) {
        let old = self.bytes.count
        guard length != old else { return }
        if length > old {
            self.bytes.append(contentsOf: repeatElement(0, count: length - old))
        } else {
            self.bytes.removeLast(old - length)
        }
        // Zeros must reach the medium where it still holds bytes from before a truncation.
        let staleEnd = min(max(length, old), self.durableBytes.count)
        if min(length, old) < staleEnd {
            self.dirty.insert(bytes: min(length, old)..<staleEnd)
        }
        // Growth upon growth is one growth: the disk may stop anywhere in it.
        if let last = self.pendingLengths.last, length > last,
            last > (self.pendingLengths.dropLast().last ?? self.durableBytes.count)
        {
            self.pendingLengths.removeLast()
        }
        self.pendingLengths.append(length)
    }

    /// Makes everything durable.
    func sync() {
        self.flushSectors()
        self.settleLength()
        self.durableStamp = self.stamp
    }

    /// What the system may do by itself at any time: brings the written sectors to the medium, but
    /// promises nothing. A length that has only grown goes with them.
    func writeBack() {
        guard self.bytes.count >= self.durableBytes.count else { return }
        self.flushSectors()
        self.settleLength()
    }

    /// A sync that failed: the pending pages count as clean and will never be written, though
    /// programs go on seeing them. The length is settled by the next sync that succeeds.
    func dropPendingPages() {
        self.dirty.removeAll()
        self.hasDroppedPages = true
    }

    /// A rename or a creation carried this stamp to the medium.
    func settleStamp(_ stamp: UInt64) {
        self.durableStamp = max(self.durableStamp, stamp)
    }

    func touch(stamp: UInt64) {
        self.stamp = stamp
    }

    /// Flips one bit on the medium, and in what programs see unless that is newer.
    func flipBit(at offset: Int, bit: Int) {
        let mask = UInt8(1) << UInt8(bit & 7)
        if offset < self.durableBytes.count {
            self.durableBytes[offset] ^= mask
        }
        if offset < self.bytes.count, !self.dirty.contains(offset / SectorSet.sectorSize) {
            self.bytes[offset] ^= mask
        }
    }

    /// Makes the sectors that hold these bytes unreadable. A write to one of them, which carries its
    /// neighbours along from the system's cache, makes it readable again; one that is still to come as well.
    func rot(_ bytes: Range<Int>) {
        self.rotten.insert(bytes: bytes.clamped(to: 0..<self.bytes.count))
        self.dirty.visitSectors { self.rotten.remove(bytes: $0) }
    }

    /// Whether none of these bytes can be had, since a sector of them has rotted.
    func isRotten(_ bytes: Range<Int>) -> Bool {
        self.rotten.intersects(bytes: bytes)
    }

    /// Overwrites bytes on the medium that no program has written there, and what programs see unless
    /// that is newer. The file's length and stamp stay.
    func overwriteMedium(at offset: Int, with source: ArraySlice<UInt8>) {
        for (index, byte) in source.enumerated() {
            let place = offset + index
            if place < self.durableBytes.count { self.durableBytes[place] = byte }
            if place < self.bytes.count, !self.dirty.contains(place / SectorSet.sectorSize) { self.bytes[place] = byte }
        }
    }

    /// Grows the file as a write would whose bytes have gone elsewhere.
    func grow(to length: Int, stamp: UInt64) {
        self.stamp = stamp
        if length > self.bytes.count { self.setLength(length) }
    }

    /// The power fails: what programs see afterwards is what has reached the medium.
    func crash(_ random: inout SimulationRandom) {
        guard self.hasPendingBytes || self.hasDroppedPages || self.stamp != self.durableStamp else { return }
        var image = self.durableBytes
        let length = Self.surviveLengths(self.pendingLengths, on: &image, &random)
        // Each crash has a temper, so that all kept and all dropped are as likely as a mixture.
        let keepRate = [0, 0.2, 0.5, 0.8, 1][random.below(5)]
        let tearRate = random.chance(0.5) ? 0.2 : 0
        self.dirty.visitSectors { sector in
            guard random.chance(keepRate) else { return }
            let end = min(sector.upperBound, length, self.bytes.count)
            guard sector.lowerBound < end else { return }
            var kept = sector.lowerBound..<end
            if random.chance(tearRate) {
                let cut = kept.lowerBound + random.below(kept.count + 1)
                kept = random.chance(0.5) ? kept.lowerBound..<cut : cut..<kept.upperBound
            }
            image.replaceSubrange(kept, with: self.bytes[kept])
        }
        let stamp = random.chance(0.5) ? self.stamp : self.durableStamp
        self.durableBytes = image
        self.bytes = image
        self.stamp = stamp
        self.durableStamp = stamp
        self.dirty.removeAll()
        self.pendingLengths.removeAll()
        self.hasDroppedPages = false
    }

    private func flushSectors() {
        if self.bytes.count > self.durableBytes.count, !self.dirty.isEmpty {
            self.durableBytes.append(contentsOf: repeatElement(0, count: self.bytes.count - self.durableBytes.count))
        }
        self.dirty.visitRuns { run in
            let end = min(run.upperBound, self.bytes.count)
            guard run.lowerBound < end else { return }
            let range = run.lowerBound..<end
            self.durableBytes.replaceSubrange(range, with: self.bytes[range])
        }
        self.dirty.removeAll()
    }

    private func settleLength() {
        let length = self.bytes.count
        if self.durableBytes.count > length {
            self.durableBytes.removeLast(self.durableBytes.count - length)
        } else if self.durableBytes.count < length {
            self.durableBytes.append(contentsOf: repeatElement(0, count: length - self.durableBytes.count))
        }
        self.pendingLengths.removeAll()
    }

    /// Applies a drawn prefix of the changes of length; a growth may get stuck half way.
    private static func surviveLengths(
        _ lengths: [Int], on image: inout [UInt8], _ random: inout SimulationRandom
    ) -> Int {
        let survivors = random.below(lengths.count + 1)
        for (index, target) in lengths.prefix(survivors).enumerated() {
            var target = target
            if target > image.count, index == survivors - 1, random.chance(0.3) {
                target = image.count + random.below(target - image.count + 1)
            }
            if target < image.count {
                image.removeLast(image.count - target)
            } else {
                image.append(contentsOf: repeatElement(0, count: target - image.count))
            }
        }
        return image.count
    }
}
