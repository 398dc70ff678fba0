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
        /// When its next turn is; the distant future if none is asked for.
        var wakeTime = Instant.distantFuture
        /// Its place among events of the same moment.
        var wakeSequence: UInt64 = 0
        /// When the last turn is over: its next cannot begin before.
        var earliest = Instant(nanoseconds: 0)

        /// Whether its next turn comes before an event at this moment and place.
        func isBefore(_ time: Instant, _ sequence: UInt64) -> Bool {
            self.wakeTime == time ? self.wakeSequence < sequence : self.wakeTime < time
        }
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
    /// The participants that were not unregistered: few, however many there ever were.
    private var registered: [Int] = []
    /// The participant whose turn is next; nil if none has been asked for. Participants are few, and wait
    /// beside the heap: most wake-ups are put forward before they come, which would leave the heap full
    /// of what happens no more.
    private var nextTurn: Int?
    private var isHalted = false
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
    package var nextTime: Instant? {
        guard let turn = self.nextTurn else { return self.heap.next?.time }
        let time = self.participants[turn].wakeTime
        return self.heap.next.map { min($0.time, time) } ?? time
    }

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
        self.heap.insert(at: max(time, self.now), kind, .call(action))
    }

    /// Has a step of `target` carried out after `delay`.
    func schedule(after delay: Delay, _ kind: ScheduledKind, _ target: any EventTarget, step: UInt32) {
        self.schedule(at: self.now + delay, kind, target, step: step)
    }

    /// Has a step of `target` carried out at `time`, by the rules of ``schedule(at:_:_:)``.
    func schedule(at time: Instant, _ kind: ScheduledKind, _ target: any EventTarget, step: UInt32) {
        guard time != .distantFuture else { return }
        self.heap.insert(at: max(time, self.now), kind, .step(target, step))
    }

    /// Carries out the next event; false if there is none.
    @discardableResult
    package func step() -> Bool {
        self.step(until: .distantFuture)
    }

    /// Carries out the next event if it is not after `end`; false if there is none.
    private func step(until end: Instant) -> Bool {
        let next = self.heap.next
        if let turn = self.nextTurn {
            let isNext = next.map { self.participants[turn].isBefore($0.time, $0.sequence) } ?? true
            if isNext {
                let time = self.participants[turn].wakeTime
                guard time <= end else { return false }
                self.begin(time, .turn)
                self.takeTurn(turn)
                return true
            }
        }
        guard let next, next.time <= end, let event = self.heap.removeFirst() else { return false }
        self.begin(event.time, event.kind)
        switch event.action {
        case .call(let action): action()
        case .step(let target, let step): target.carryOut(step: step)
        }
        return true
    }

    private func begin(_ time: Instant, _ kind: ScheduledKind) {
        self.now = time
        self.eventCount += 1
        self.hash.feed(time.nanoseconds)
        self.hash.feed(kind.rawValue)
    }

    /// Carries out every event up to and including `end`, then lets the clock stand at `end`; or ends
    /// after the event that called ``halt()``.
    package func run(until end: Instant) {
        while !self.isHalted {
            guard self.step(until: end) else {
                self.now = max(self.now, end)
                return
            }
        }
    }

    /// Ends every ``run(until:)`` after the present event, for good.
    package func halt() { self.isHalted = true }

    /// Lets this much time pass.
    package func run(for delay: Delay) {
        self.run(until: self.now + delay)
    }

    /// Carries out events until `condition` holds, checked after each; false if `end` came first.
    package func run(until end: Instant, orUntil condition: () -> Bool) -> Bool {
        while !condition() {
            guard self.step(until: end) else {
                self.now = max(self.now, end)
                return false
            }
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
        self.registered.append(self.participants.count - 1)
        let participant = ParticipantID(index: self.participants.count - 1)
        self.wake(participant)
        return participant
    }

    /// Ends a participant: no turn of it follows.
    package func unregister(_ participant: ParticipantID) {
        self.participants[participant.index].turn = nil
        self.participants[participant.index].wakeTime = .distantFuture
        self.registered.removeAll { $0 == participant.index }
        self.findNextTurn()
    }

    /// Has the participant's next turn begin after `delay` at the latest.
    package func wake(_ participant: ParticipantID, after delay: Delay = .zero) {
        self.wake(participant.index, at: self.now + delay)
    }

    private func wake(_ index: Int, at time: Instant) {
        let time = max(time, self.participants[index].earliest)
        guard time < self.participants[index].wakeTime, self.participants[index].turn != nil else { return }
        self.participants[index].wakeTime = time
        self.participants[index].wakeSequence = self.heap.takeSequence()
        if let next = self.nextTurn, self.participants[next].wakeTime <= time, next != index { return }
        self.nextTurn = index
    }

    /// - Complexity: O(p) in the registered participants.
    private func findNextTurn() {
        self.nextTurn = nil
        for index in self.registered where self.participants[index].wakeTime != .distantFuture {
            guard let best = self.nextTurn else {
                self.nextTurn = index
                continue
            }
            let (time, sequence) = (self.participants[best].wakeTime, self.participants[best].wakeSequence)
            if self.participants[index].isBefore(time, sequence) { self.nextTurn = index }
        }
    }

    private func takeTurn(_ index: Int) {
        self.hash.feed(UInt64(index))
        self.participants[index].wakeTime = .distantFuture
        self.participants[index].earliest = self.now + self.turnLength.draw(&self.turnRandom)
        self.findNextTurn()
        guard let turn = self.participants[index].turn else { return }
        if let deadline = turn() {
            self.wake(index, at: deadline)
        }
    }
}
