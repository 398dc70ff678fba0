import Platform
import Testing

@testable import StarlingCommand

/// Times are told to within three percent, and never too short.
struct LatencyHistogramTests {
    @Test(arguments: [0, 1, 63, 64, 65, 1000, 123_456, 98_765_432_100, UInt64.max] as [UInt64])
    func `a single time is every share of all`(nanoseconds: UInt64) {
        var histogram = LatencyHistogram()
        histogram.note(Delay(nanoseconds: nanoseconds))
        for share in [0, 500, 1000] as [UInt64] {
            #expect(histogram.time(within: share).nanoseconds == nanoseconds)
        }
    }

    @Test func `shares of many times lie where they should`() {
        var histogram = LatencyHistogram()
        for time in 1...100_000 as ClosedRange<UInt64> { histogram.note(Delay(nanoseconds: time * 100)) }
        #expect(histogram.count == 100_000)
        for (share, exact) in [(500, 5_000_000), (990, 9_900_000), (999, 9_990_000)] as [(UInt64, UInt64)] {
            let found = histogram.time(within: share).nanoseconds
            #expect(found >= exact && found <= exact + exact / 30)
        }
        #expect(histogram.time(within: 1000) == Delay(nanoseconds: 10_000_000))
        #expect(histogram.longest == Delay(nanoseconds: 10_000_000))
    }

    @Test func `a batch counts for each of its requests`() {
        var histogram = LatencyHistogram()
        histogram.note(.milliseconds(1), count: 98)
        histogram.note(.seconds(1), count: 2)
        #expect(histogram.count == 100)
        #expect(histogram.time(within: 980) < .milliseconds(2))
        #expect(histogram.time(within: 990) == .seconds(1))
        #expect(LatencyHistogram().time(within: 500) == .zero)
    }
}
