import Membership
import Platform
import TestSupport
import Testing

@Suite struct BeaconScheduleTests {
    private func at(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: milliseconds * 1_000_000)
    }

    /// The times in milliseconds at which beacons go out until `end`.
    private func times(_ schedule: inout BeaconSchedule, _ hash: UInt128, until end: UInt64, seed: UInt64) -> [UInt64] {
        var random = SeededGenerator(seed: seed)
        var times: [UInt64] = []
        while let next = schedule.nextDeadline, next <= at(end) {
            times.append(next.nanoseconds / 1_000_000)
            schedule.sent(hash, at: next, random: random.next())
        }
        return times
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `pauses double to five seconds when quiet`(seed: UInt64) {
        var schedule = BeaconSchedule()
        #expect(schedule.nextDeadline == nil)
        schedule.start(at: at(0))
        let times = times(&schedule, 1, until: 60_000, seed: seed)
        #expect(times.first == 0)
        let pauses = zip(times, times.dropFirst()).map { $1 - $0 }
        for (pause, expected) in zip(pauses, [250, 500, 1000, 2000, 4000] as [UInt64]) {
            #expect(pause >= expected * 7 / 8 - 1 && pause <= expected * 9 / 8 + 1)
        }
        #expect(pauses.dropFirst(5).allSatisfy { $0 >= 4374 && $0 <= 5626 })
        #expect(times.count < 20)
    }

    @Test func `a change is told at once, many changes at most twenty times a second`() {
        var schedule = BeaconSchedule()
        schedule.start(at: at(0))
        _ = times(&schedule, 1, until: 60_000, seed: 1)
        schedule.stateChanged(to: 1, at: at(60_000))
        #expect(schedule.nextDeadline ?? at(0) > at(60_000))
        schedule.stateChanged(to: 2, at: at(60_000))
        #expect(schedule.nextDeadline == at(60_000))
        schedule.sent(2, at: at(60_000), random: 0)
        schedule.stateChanged(to: 3, at: at(60_001))
        #expect(schedule.nextDeadline == at(60_050))
        var sent = 0
        for now in 60_001...61_000 as ClosedRange<UInt64> {
            schedule.stateChanged(to: UInt128(now), at: at(now))
            if let next = schedule.nextDeadline, next <= at(now) {
                schedule.sent(UInt128(now), at: at(now), random: 0)
                sent += 1
            }
        }
        #expect(sent >= 18 && sent <= 20)
    }

    @Test func `nothing is due once stopped`() {
        var schedule = BeaconSchedule()
        schedule.start(at: at(0))
        schedule.stop()
        schedule.stateChanged(to: 5, at: at(1))
        schedule.sent(5, at: at(1), random: 0)
        #expect(schedule.nextDeadline == nil)
    }
}
