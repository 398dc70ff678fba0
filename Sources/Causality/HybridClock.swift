/// The source of a peer's timestamps; never behind any it has seen.
///
/// Kulkarni et al., "Logical physical clocks" (2014), figure 5.
package struct HybridClock: Sendable {
    package private(set) var latest: HybridTimestamp

    package init(latest: HybridTimestamp = HybridTimestamp(rawValue: 0)) {
        self.latest = latest
    }

    /// Returns a timestamp later than all before it. `wall` is in milliseconds since 1970.
    ///
    /// The counter carries into the milliseconds when it overflows. A timestamp of all ones, which
    /// only a broken peer could have sent, is returned again rather than wrapped round to the past.
    package mutating func next(wall: UInt64) -> HybridTimestamp {
        let reading = HybridTimestamp(milliseconds: wall, counter: 0)
        let (following, overflow) = self.latest.rawValue.addingReportingOverflow(1)
        self.latest = max(reading, HybridTimestamp(rawValue: overflow ? .max : following))
        return self.latest
    }

    /// Takes notice of a timestamp from elsewhere.
    package mutating func observe(_ timestamp: HybridTimestamp) {
        self.latest = max(self.latest, timestamp)
    }
}
