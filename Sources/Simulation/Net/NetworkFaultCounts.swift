/// How often each fault of the simulated network has struck, for coverage.
package struct NetworkFaultCounts: Hashable, Sendable {
    /// Dialled where nobody listened.
    package var refusedConnections = 0
    /// Dialled and never answered.
    package var timedOutConnections = 0
    /// Given up because nothing was acknowledged.
    package var timedOutStreams = 0
    /// Sides of streams that were reset.
    package var resets = 0
    /// Attempts to deliver over a cut link.
    package var stalledDeliveries = 0
    /// Chunks of a few bytes.
    package var smallChunks = 0
    /// Writes that were taken in part.
    package var partialWrites = 0
    /// Datagrams lost by chance, a cut or a full queue.
    package var lostDatagrams = 0
    /// Datagrams that came twice.
    package var duplicatedDatagrams = 0
    /// Datagrams that came after one sent later.
    package var reorderedDatagrams = 0
    /// Names that could not be resolved for a time.
    package var failedResolutions = 0

    /// Nothing has struck yet.
    package init() {}

    /// All of them, by names for people, always in the same order.
    package var named: [(name: String, count: Int)] {
        [
            ("connection refused", self.refusedConnections), ("connection timed out", self.timedOutConnections),
            ("stream timed out", self.timedOutStreams), ("stream reset", self.resets),
            ("delivery stalled", self.stalledDeliveries), ("chunk of a few bytes", self.smallChunks),
            ("write taken in part", self.partialWrites), ("datagram lost", self.lostDatagrams),
            ("datagram repeated", self.duplicatedDatagrams),
            ("datagram overtaken", self.reorderedDatagrams), ("name not resolved", self.failedResolutions),
        ]
    }
}
