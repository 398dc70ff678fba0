package import Platform

/// What one process of a simulated machine sees of its world.
package final class SimulatedEnvironment: Environment {
    /// The machine's disk.
    package let files: SimulatedFileSystem
    /// The machine's place on the network.
    package let network: SimulatedNetwork
    /// Gets every diagnostic, with the machine's name and the moment.
    package var sink: ((String, Instant, TraceRecord) -> Void)?

    /// The machine keeps its environment, not the other way round.
    private unowned let machine: SimulatedMachine
    private let scheduler: SimulationScheduler
    private var generator: SimulationRandom

    init(machine: SimulatedMachine, random: SimulationRandom) {
        self.machine = machine
        self.scheduler = machine.scheduler
        self.files = machine.files
        self.network = machine.network
        self.generator = random
    }

    package var now: Instant { self.scheduler.now }

    package var wallNow: WallTime { self.machine.clock.reading(at: self.now) }

    package func random() -> UInt64 { self.generator.next() }

    package func takeEvents(into events: inout [Event]) {
        self.files.takeCompletions(into: &events)
        self.network.takeEvents(into: &events)
    }

    /// Whether the next turn has something to take.
    package var hasEvents: Bool { self.files.hasCompletions || self.network.hasEvents }

    package func trace(_ record: TraceRecord) {
        let scheduler = self.scheduler
        scheduler.feed(self.machine.name)
        scheduler.feed(record.event)
        for field in record.fields {
            scheduler.feed(field.name)
            scheduler.feed(field.value)
        }
        self.sink?(self.machine.name, scheduler.now, record)
    }
}
