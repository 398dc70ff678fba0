package import Platform

/// The simulated world's time: a heap of events, carried out in order of time, and among equals in
/// the order they were asked for.
///
/// Machines are participants: the scheduler calls a participant's turn when it was woken or when the
/// deadline that its last turn returned is reached. Single threaded; nothing here reads a real clock.
package final class SimulationScheduler {
    /// A participant's place; never reused within one scheduler.
    package struct ParticipantID: Hashable, Sendable {
        fileprivate let index: Int
    }

    private struct Participant {
        /// Nil once unregistered.
        var turn: (() -> Instant?)?
        var wakeTime: Instant?
        /// When the last turn is over: its next cannot begin before.
        var earliest = Instant(nanoseconds: 0)
        /// Tells the one valid wake-up in the heap from those it replaced.
        var wakeGeneration: UInt64 = 0
    }

    /// The moment of the event being carried out, or that the last run ended at.
    package private(set) var now: Instant
    /// How many events were carried out.
    package private(set) var eventCount: UInt64 = 0
    /// The generator everything else is derived from.
    package let random: SimulationRandom
    /// The least time from the start of a participant's turn to that of its next.
    ///
    /// Readiness is level triggered, so a participant that leaves something unread is called again and
    /// again: without this, time would stand still.
    package var turnLength = DelayRange(.microseconds(5), .microseconds(20))

    private var hash = TraceHash()
    private var heap = EventHeap()
    private var participants: [Participant] = []
    private var turnRandom: SimulationRandom

    /// A world whose clock starts at an arbitrary, fixed moment.
    package init(seed: UInt64) {
        self.random = SimulationRandom(seed: seed)
        self.turnRandom = self.random.child("turn")
        self.now = Instant(nanoseconds: 1_000_000_000)
    }

    /// The hash of all that happened so far.
    package var traceHash: UInt64 { self.hash.value }

    /// The moment of the next event, if there is one.
    package var nextTime: Instant? { self.heap.nextTime }

    /// Folds a word into the trace hash.
    package func feed(_ word: UInt64) { self.hash.feed(word) }

    /// Folds bytes into the trace hash.
    package func feed(_ bytes: Span<UInt8>) { self.hash.feed(bytes) }

    /// Folds a text into the trace hash.
    package func feed(_ text: String) { self.hash.feed(text) }

    /// Has `action` carried out after `delay`.
    package func schedule(after delay: Delay, _ kind: ScheduledKind, _ action: @escaping () -> Void) {
        self.schedule(at: self.now + delay, kind, action)
    }

    /// Has `action` carried out at `time`, or now if that has passed. An event at
    /// ``Instant/distantFuture`` never comes and is not kept.
    package func schedule(at time: Instant, _ kind: ScheduledKind, _ action: @escaping () -> Void) {
        guard time != .distantFuture else { return }
        self.heap.insert(at: max(time, self.now), kind, action)
    }

    /// Carries out the next event; false if there is none.
    @discardableResult
    package func step() -> Bool {
        guard let entry = self.heap.removeFirst() else { return false }
        self.now = entry.time
        self.eventCount += 1
        self.hash.feed(entry.time.nanoseconds)
        self.hash.feed(entry.kind.rawValue)
        entry.action()
        return true
    }

    /// Carries out every event up to and including `end`, then lets the clock stand at `end`.
    package func run(until end: Instant) {
        while let next = self.nextTime, next <= end {
            self.step()
        }
        self.now = max(self.now, end)
    }

    /// Lets this much time pass.
    package func run(for delay: Delay) {
        self.run(until: self.now + delay)
    }

    /// Carries out events until `condition` holds, checked after each; false if `end` came first.
    package func run(until end: Instant, orUntil condition: () -> Bool) -> Bool {
        while !condition() {
            guard let next = self.nextTime, next <= end else {
                self.now = max(self.now, end)
                return false
            }
            self.step()
        }
        return true
    }

    /// Forgets all events and participants. What they hold may hold this scheduler, so a simulation
    /// that is over ends with this call, or its memory stays.
    package func discard() {
        self.heap.removeAll()
        for index in self.participants.indices {
            self.unregister(ParticipantID(index: index))
        }
    }

    /// Adds a participant. `turn` does one turn's work and returns when it wants the next at the
    /// latest; nil for not before it is woken. The first turn is soon.
    package func register(_ turn: @escaping () -> Instant?) -> ParticipantID {
        self.participants.append(Participant(turn: turn))
        let participant = ParticipantID(index: self.participants.count - 1)
        self.wake(participant)
        return participant
    }

    /// Ends a participant: no turn of it follows.
    package func unregister(_ participant: ParticipantID) {
        self.participants[participant.index].turn = nil
        self.participants[participant.index].wakeTime = nil
        self.participants[participant.index].wakeGeneration += 1
    }

    /// Has the participant's next turn begin after `delay` at the latest.
    package func wake(_ participant: ParticipantID, after delay: Delay = .zero) {
        self.wake(participant, at: self.now + delay)
    }

    private func wake(_ participant: ParticipantID, at time: Instant) {
        let state = self.participants[participant.index]
        guard state.turn != nil, time != .distantFuture else { return }
        let time = max(time, state.earliest)
        if let wakeTime = state.wakeTime, wakeTime <= time { return }
        let generation = state.wakeGeneration + 1
        self.participants[participant.index].wakeTime = time
        self.participants[participant.index].wakeGeneration = generation
        self.schedule(at: time, .turn) { [unowned self] in
            self.takeTurn(participant, generation: generation)
        }
    }

    private func takeTurn(_ participant: ParticipantID, generation: UInt64) {
        let state = self.participants[participant.index]
        guard state.wakeGeneration == generation, let turn = state.turn else { return }
        self.hash.feed(UInt64(participant.index))
        self.participants[participant.index].wakeTime = nil
        self.participants[participant.index].earliest = self.now + self.turnLength.draw(&self.turnRandom)
        if let deadline = turn() {
            self.wake(participant, at: deadline)
        }
    }
}
