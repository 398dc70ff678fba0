import Platform
import Testing

struct DelayTests {
    @Test func `units multiply out`() {
        #expect(Delay.seconds(2) == .milliseconds(2_000))
        #expect(Delay.milliseconds(3) == .microseconds(3_000))
        #expect(Delay.microseconds(1).nanoseconds == 1_000)
        #expect((Delay.seconds(1) + .milliseconds(5)).wholeMilliseconds == 1_005)
        #expect(Delay.milliseconds(5) * 3 == .milliseconds(15))
        #expect(Delay.zero < .microseconds(1))
    }

    @Test func `what is too long stops at the longest, neither trapping nor wrapping`() {
        let longest = Delay(nanoseconds: .max)
        #expect(Delay.seconds(.max) == longest)
        #expect(Delay.milliseconds(1 << 62) == longest)
        #expect(longest + .seconds(1) == longest)
        #expect(Delay.seconds(1 << 40) * (1 << 40) == longest)
    }

    @Test func `instants keep their order`() {
        let start = Instant(nanoseconds: 10)
        #expect(start + .microseconds(1) == Instant(nanoseconds: 1_010))
        #expect(start + Delay(nanoseconds: .max) == .distantFuture)
        #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
        #expect((start + .seconds(1)).since(start) == .seconds(1))
        #expect(start.since(start + .seconds(1)) == .zero)
    }
}
