package import Platform

/// A simulated machine: a disk, an address, a wall clock, and at most one process on them.
///
/// Legal transitions:
/// - off → running by ``start(_:)``
/// - running → paused by ``pause()``, and back by ``resume()``
/// - running or paused → off by ``stop()``, ``kill()`` or ``crash(isSilent:)``
package final class SimulatedMachine {
    /// One turn of a process; returns when it wants the next at the latest, nil for not before an event.
    package typealias Turn = () -> Instant?

    private enum State {
        case off
        case running(SimulationScheduler.ParticipantID, SimulatedEnvironment)
        case paused(SimulationScheduler.ParticipantID, SimulatedEnvironment)
    }

    /// What the machine is called in traces.
    package let name: String
    /// Its disk, which outlives every process.
    package let files: SimulatedFileSystem
    /// Its place on the network.
    package let network: SimulatedNetwork
    /// Its wall clock; may be changed while running.
    package var clock: SimulatedClock
    let scheduler: SimulationScheduler

    private var state = State.off
    private var starts = 0
    private let random: SimulationRandom

    /// A machine that is off. `name` also tells its random numbers from those of other machines.
    package init(
        name: String, host: String, scheduler: SimulationScheduler, fabric: NetworkFabric,
        storage: StorageConditions = StorageConditions()
    ) {
        self.name = name
        self.scheduler = scheduler
        self.files = SimulatedFileSystem(scheduler: scheduler, label: "disk of " + name, conditions: storage)
        self.network = fabric.attach(host: host)
        self.clock = SimulatedClock(startingAt: scheduler.now)
        self.random = scheduler.random.child("machine " + name)
    }

    /// Whether a process runs here, paused or not.
    package var isRunning: Bool {
        switch self.state {
        case .off: false
        case .running, .paused: true
        }
    }

    /// Starts a process. `boot` opens it on the environment it is given, which is new, and returns its
    /// turn, or throws when it cannot be opened; then the machine stays off.
    package func start<Failure: Error>(
        _ boot: (SimulatedEnvironment) throws(Failure) -> Turn
    ) throws(Failure) {
        precondition(!self.isRunning, "one process at a time: \(self.name)")
        self.starts += 1
        self.network.restorePower()
        let environment = SimulatedEnvironment(machine: self, random: self.random.child("start \(self.starts)"))
        let turn: Turn
        do throws(Failure) {
            turn = try boot(environment)
        } catch {
            self.files.killProcess()
            self.network.endProcess()
            throw error
        }
        let participant = self.scheduler.register { [unowned self, unowned environment] in
            self.takeTurn(turn, environment)
        }
        self.state = .running(participant, environment)
        self.files.onCompletion = { [unowned self] in self.wake() }
        self.network.onActivity = { [unowned self] in self.wake() }
    }

    /// The process has ended by itself: only what it left open is given up.
    package func stop() { self.kill() }

    /// The process is killed. The machine goes on: what was written is still there, and its streams are
    /// closed by the system.
    package func kill() {
        self.end()
        self.files.killProcess()
        self.network.endProcess()
    }

    /// The machine fails: what was not synced is at risk. Silent: its peers hear nothing, as after a
    /// power cut; otherwise they see resets, as after a panic and a quick restart.
    package func crash(isSilent: Bool) {
        self.end()
        self.files.crash()
        self.network.crash(isSilent: isSilent)
    }

    /// Stops the process where it is; the system goes on to take bytes in for it.
    package func pause() {
        guard case .running(let participant, let environment) = self.state else { return }
        self.state = .paused(participant, environment)
    }

    /// Lets a paused process go on.
    package func resume() {
        guard case .paused(let participant, let environment) = self.state else { return }
        self.state = .running(participant, environment)
        self.wake()
    }

    /// Has the process take a turn soon, as for something put into its mailbox.
    package func wake() {
        guard case .running(let participant, _) = self.state else { return }
        self.scheduler.wake(participant)
    }

    private func takeTurn(_ turn: Turn, _ environment: SimulatedEnvironment) -> Instant? {
        guard case .running = self.state else { return nil }
        let deadline = turn()
        return environment.hasEvents ? self.scheduler.now : deadline
    }

    private func end() {
        switch self.state {
        case .off:
            break
        case .running(let participant, _), .paused(let participant, _):
            self.scheduler.unregister(participant)
        }
        self.state = .off
        self.files.onCompletion = nil
        self.network.onActivity = nil
    }
}
