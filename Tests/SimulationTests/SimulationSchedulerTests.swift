import Platform
import Simulation
import Testing

struct SimulationSchedulerTests {
    @Test(arguments: UInt64(1)...20)
    func `events come in order of time, equals in the order they were asked for`(seed: UInt64) {
        let scheduler = SimulationScheduler(seed: seed)
        var random = SimulationRandom(seed: seed)
        var seen: [(UInt64, Int)] = []
        for index in 0..<200 {
            let delay = Delay(nanoseconds: random.below(UInt64(20)))
            scheduler.schedule(after: delay, .workload) { seen.append((delay.nanoseconds, index)) }
        }
        scheduler.run(for: .seconds(1))
        #expect(seen.count == 200)
        for (earlier, later) in zip(seen, seen.dropFirst()) {
            #expect(earlier < later)
        }
    }

    @Test func `a run ends at its end, with what is due then done`() {
        let scheduler = SimulationScheduler(seed: 1)
        var count = 0
        let start = scheduler.now
        scheduler.schedule(after: .seconds(1), .workload) { count += 1 }
        scheduler.schedule(after: .seconds(2), .workload) { count += 1 }
        scheduler.schedule(at: .distantFuture, .workload) { count += 1 }
        scheduler.run(for: .seconds(1))
        #expect(count == 1 && scheduler.now == start + .seconds(1))
        #expect(scheduler.run(until: .distantFuture, orUntil: { count == 2 }))
        #expect(scheduler.now == start + .seconds(2))
        #expect(!scheduler.step())
    }

    @Test func `a participant gets its turn when woken and at its deadline, once each`() {
        let scheduler = SimulationScheduler(seed: 1)
        var turns: [Delay] = []
        let start = scheduler.now
        let participant = scheduler.register {
            turns.append(scheduler.now.since(start))
            return scheduler.now < start + .seconds(10) ? start + .seconds(10) : nil
        }
        scheduler.run(for: .seconds(1))
        #expect(turns == [.zero])
        scheduler.wake(participant)
        scheduler.wake(participant)
        scheduler.run(for: .seconds(20))
        #expect(turns == [.zero, .seconds(1), .seconds(10)])
        scheduler.unregister(participant)
        scheduler.wake(participant)
        scheduler.run(for: .seconds(20))
        #expect(turns.count == 3, "no turn follows")
    }

    @Test func `time passes even for a participant that always wants the next turn`() {
        let scheduler = SimulationScheduler(seed: 1)
        var turns = 0
        _ = scheduler.register {
            turns += 1
            return scheduler.now
        }
        scheduler.run(for: .milliseconds(1))
        #expect(turns > 10 && turns <= 201)
    }

    @Test func `children of one seed differ by label, and do not depend on what was drawn`() {
        var parent = SimulationRandom(seed: 9)
        var before = parent.child("disk")
        _ = parent.next()
        var after = parent.child("disk")
        var other = parent.child("network")
        let drawn = before.next()
        #expect(drawn == after.next())
        #expect(drawn != other.next())
    }

    @Test func `draws stay below their bounds and reach all of them`() {
        var random = SimulationRandom(seed: 3)
        var seen: Set<Int> = []
        for _ in 0..<200 {
            seen.insert(random.below(7))
        }
        #expect(seen == Set(0..<7))
        #expect(random.below(0) == 0 && random.below(UInt64(0)) == 0)
        #expect(!random.chance(0) && random.chance(1))
    }
}
