package import Platform

/// How a simulated network behaves: its speed, its limits, and which faults are on. All faults are
/// off at first. Rates are probabilities from 0 to 1.
package struct NetworkConditions: Hashable, Sendable {
    /// One way, between two machines.
    package var latency = DelayRange(.microseconds(50), .milliseconds(1), slowRate: 0.01)
    /// One way, from a machine to itself.
    package var loopbackLatency = DelayRange(.microseconds(5), .microseconds(30))
    /// Time to resolve a name.
    package var resolutionDelay = DelayRange(.microseconds(200), .milliseconds(20))

    /// How often what is sent at one moment begins with a chunk of a few bytes.
    package var smallChunkRate = 0.05
    /// The most bytes of a stream that travel together; see ``longestPiece(of:)``.
    package var maximumChunk = 16 << 10
    /// Bytes a sender may have on the way and waiting.
    package var sendBuffer = 64 << 10
    /// Bytes that wait for a reader.
    package var receiveBuffer = 64 << 10
    /// Connections that wait to be accepted.
    package var backlog = 128
    /// Datagrams that wait to be taken.
    package var datagramQueue = 256

    /// When a connection that gets no answer is given up.
    package var connectTimeout = Delay.seconds(5)
    /// When a stream whose bytes are not acknowledged is given up. Real systems wait for minutes; the
    /// shorter time lets a short simulation see what comes of it.
    package var streamTimeout = Delay.seconds(15)
    /// The first wait before sending again what got lost; it doubles up to the second.
    package var retryMinimum = Delay.milliseconds(200)
    /// The longest such wait.
    package var retryMaximum = Delay.seconds(2)

    /// A stream is reset when a chunk of it arrives, perhaps in the middle of a frame.
    package var resetRate = 0.0
    /// A datagram to another machine is lost.
    package var datagramLossRate = 0.0
    /// A datagram to another machine comes twice.
    package var datagramDuplicationRate = 0.0
    /// A datagram to another machine takes longer than others, so that later ones overtake it.
    package var datagramDelayRate = 0.0
    /// How much longer.
    package var datagramDelay = DelayRange(.milliseconds(10), .seconds(6))
    /// A name is not resolved, for once.
    package var resolutionFailureRate = 0.0

    /// A quick network without faults.
    package init() {}

    /// The most bytes that travel together of so many that are sent at one moment: it is cut into no more
    /// than two pieces. Where frames are cut matters, how often does not.
    func longestPiece(of count: Int) -> Int {
        max(1, self.maximumChunk, (count + 1) / 2)
    }
}
