package import Platform

/// How often and how eagerly to talk.
package struct ScheduleLimits: Hashable, Sendable {
    /// From the first of some local writes to telling others: they share one sync and one round.
    package var localNews = Delay.milliseconds(2)
    /// From another peer's records to telling the rest, who have probably been told by that peer.
    package var remoteNews = Delay.milliseconds(8)
    /// From a beacon that shows a difference to talking; as much again is added at random.
    package var difference = Delay.milliseconds(20)
    /// The shortest pause between talks without news.
    package var minimumInterval = Delay.milliseconds(250)
    /// The longest.
    package var maximumInterval = Delay.seconds(30)
    /// The pause after a first failure; it doubles with each further one.
    package var minimumBackoff = Delay.milliseconds(100)
    /// The longest pause after a failure.
    package var maximumBackoff = Delay.seconds(10)
    /// Conversations that this side has begun and that have not ended.
    package var concurrentTalks = 8

    /// The usual pace.
    package init() {}
}
