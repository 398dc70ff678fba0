package import Platform

/// Decides when to send a beacon: often at first and when something has changed, seldom when quiet.
///
/// At its longest pause a beacon of 150 bytes costs 30 bytes a second; at its shortest 3 KiB.
package struct BeaconSchedule: Sendable {
    /// The pause after the first beacon and after a change.
    package static let minimumPause = Delay.milliseconds(250)
    /// The longest pause.
    package static let maximumPause = Delay.seconds(5)
    /// The shortest pause when the state changes all the time.
    package static let changePause = Delay.milliseconds(50)

    private var pause = BeaconSchedule.minimumPause
    /// When to send the next; nil until started.
    package private(set) var nextDeadline: Instant?
    private var lastSent: Instant?
    private var lastHash: UInt128?

    /// A schedule that sends nothing until ``start(at:)``.
    package init() {}

    /// Begins with a beacon at once.
    package mutating func start(at now: Instant) {
        self.nextDeadline = now
        self.pause = BeaconSchedule.minimumPause
    }

    /// Stops sending.
    package mutating func stop() {
        self.nextDeadline = nil
    }

    /// The state hash is, or has become, `hash`: if it was not the last beacon's, the next is soon.
    package mutating func stateChanged(to hash: UInt128, at now: Instant) {
        guard let deadline = self.nextDeadline, let lastHash = self.lastHash, lastHash != hash else { return }
        self.pause = BeaconSchedule.minimumPause
        let earliest = self.lastSent.map { $0 + BeaconSchedule.changePause } ?? now
        self.nextDeadline = min(deadline, max(now, earliest))
    }

    /// A beacon with this hash has been sent.
    ///
    /// - Parameter random: any 64 bits, for the variation of the pause by up to an eighth.
    package mutating func sent(_ hash: UInt128, at now: Instant, random: UInt64) {
        guard self.nextDeadline != nil else { return }
        let eighth = self.pause.nanoseconds / 8
        self.nextDeadline = now + Delay(nanoseconds: self.pause.nanoseconds - eighth + random % (2 * eighth + 1))
        self.pause = min(self.pause * 2, BeaconSchedule.maximumPause)
        self.lastSent = now
        self.lastHash = hash
    }
}
