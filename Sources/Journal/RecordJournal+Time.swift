package import Causality

/// The hybrid clock: it goes with the log, for it must never be behind any timestamp in it.
extension RecordJournal {
    /// Returns a timestamp for the next write. `wall` is in milliseconds since 1970.
    package func nextTimestamp(wall: UInt64) -> HybridTimestamp {
        self.clock.next(wall: wall)
    }

    /// Takes notice of another peer's clock.
    package func observe(_ timestamp: HybridTimestamp) {
        self.clock.observe(timestamp)
    }

    /// The latest timestamp given out or heard of.
    package var latestTimestamp: HybridTimestamp {
        self.clock.latest
    }

    /// Whether a commit job is under way, so that ``mint(_:)`` and ``close()`` would be refused, or what it was to
    /// write is to be written once more.
    package var isFlushing: Bool {
        self.log.isFlushing && !self.log.hasFailed
    }
}
