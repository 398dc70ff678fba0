import Causality
import TestSupport
import Testing

struct HybridClockTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a clock is never behind what it has given or seen`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var clock = HybridClock()
        var latest = HybridTimestamp(rawValue: 0)
        for _ in 0..<200 {
            let wall = UInt64.random(in: 0...50, using: &generator)
            if UInt64.random(in: 0..<4, using: &generator) == 0 {
                let seen = HybridTimestamp(
                    milliseconds: wall, counter: UInt16.random(in: 0...(.max), using: &generator))
                clock.observe(seen)
                latest = max(latest, seen)
                #expect(clock.latest == latest)
            } else {
                let given = clock.next(wall: wall)
                #expect(given > latest)
                #expect(given.milliseconds >= wall)
                latest = given
            }
        }
    }

    @Test func `a clock follows the wall when the wall is ahead`() {
        var clock = HybridClock()
        #expect(clock.next(wall: 1_000) == HybridTimestamp(milliseconds: 1_000, counter: 0))
        #expect(clock.next(wall: 1_000) == HybridTimestamp(milliseconds: 1_000, counter: 1))
        #expect(clock.next(wall: 5) == HybridTimestamp(milliseconds: 1_000, counter: 2))
        #expect(clock.next(wall: 1_001) == HybridTimestamp(milliseconds: 1_001, counter: 0))
    }

    @Test func `a full counter carries into the milliseconds`() {
        var clock = HybridClock(latest: HybridTimestamp(milliseconds: 9, counter: .max))
        #expect(clock.next(wall: 9) == HybridTimestamp(milliseconds: 10, counter: 0))
    }

    @Test func `the last timestamp is given again rather than wrapped`() {
        var clock = HybridClock()
        clock.observe(HybridTimestamp(rawValue: .max))
        #expect(clock.next(wall: 1) == HybridTimestamp(rawValue: .max))
    }

    @Test func `a wall clock beyond 48 bits stops at the highest millisecond`() {
        var clock = HybridClock()
        #expect(clock.next(wall: .max).milliseconds == (1 << 48) - 1)
        #expect(HybridTimestamp(milliseconds: 1 << 50, counter: 7).counter == 7)
        #expect(HybridTimestamp(milliseconds: 1 << 50, counter: 7).milliseconds == (1 << 48) - 1)
    }
}
