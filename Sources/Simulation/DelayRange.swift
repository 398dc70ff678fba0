package import Platform

/// The delays that something may take: drawn evenly between two bounds, and now and then far longer.
package struct DelayRange: Hashable, Sendable {
    /// The shortest delay.
    package var minimum: Delay
    /// The longest delay that is not a slow one.
    package var maximum: Delay
    /// How often, from 0 to 1, the drawn delay is a slow one.
    package var slowRate: Double
    /// By how much a slow one is longer.
    package var slowFactor: UInt64

    /// Delays between two bounds, given in either order, both included.
    package init(_ minimum: Delay, _ maximum: Delay, slowRate: Double = 0, slowFactor: UInt64 = 20) {
        self.minimum = min(minimum, maximum)
        self.maximum = max(minimum, maximum)
        self.slowRate = slowRate
        self.slowFactor = slowFactor
    }

    /// The same with all delays so many times as long.
    package func stretched(by factor: UInt64) -> DelayRange {
        var result = self
        result.minimum = self.minimum * factor
        result.maximum = self.maximum * factor
        return result
    }

    /// Draws one delay.
    package func draw(_ random: inout SimulationRandom) -> Delay {
        let width = self.maximum.nanoseconds - self.minimum.nanoseconds
        let extra = width > 0 ? random.below(width &+ 1) : 0
        let delay = Delay(nanoseconds: self.minimum.nanoseconds + extra)
        return random.chance(self.slowRate) ? delay * self.slowFactor : delay
    }
}
