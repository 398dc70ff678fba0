package import Platform

/// The bytes that clients' writes leave free on the disk, for compaction, for what peers bring, and for whoever else
/// uses it. Looked at now and then while there are writes, so that writing resumes by itself.
package struct FreeSpaceFloor: Sendable {
    /// Between two looks at the disk.
    package static let pause = Delay.milliseconds(250)

    /// The bytes to be left free; 0 for no floor.
    package let minimum: UInt64
    /// What was free at the last look; nil if there was none, or the system would not say.
    package private(set) var free: UInt64?
    /// Writes that were refused.
    package private(set) var refusals: UInt64 = 0
    private var nextLook = Instant(nanoseconds: 0)

    /// A floor that has not been looked at.
    package init(minimum: UInt64) {
        self.minimum = minimum
    }

    /// Refuses a write that would be below the floor. Where the system does not say how much is free, none is refused.
    ///
    /// - Parameter look: gives the free bytes; called once per ``pause`` at the most.
    package mutating func check(at now: Instant, _ look: () -> UInt64?) throws(ReplicaError) {
        guard self.minimum > 0 else { return }
        self.update(at: now, look)
        guard let free = self.free, free < self.minimum else { return }
        self.refusals += 1
        throw .belowFloor(free: free, minimum: self.minimum)
    }

    /// Looks at the disk if it is time.
    package mutating func update(at now: Instant, _ look: () -> UInt64?) {
        guard now >= self.nextLook else { return }
        self.nextLook = now + FreeSpaceFloor.pause
        self.free = look()
    }
}
