import Glibc
import Platform
import PosixPlatform
import Simulation

/// One run of `starling sim`: threads that run seeds, and the main thread that tells of them.
struct SimSession {
    private let request: SimRequest
    private let console: Console
    private let queue: SeedQueue
    private let start = Clocks.now
    private var tally: SimTally
    private var coverage = SimCoverage()
    private var shrunk = 0
    private var violations: [Violation] = []
    private var lastProgress = Delay.zero

    /// So many failures are shrunk; of the others only what was found is told.
    private static let shrunkMaximum = 3
    /// So many are told again at the end, where they are not lost among everything else.
    private static let repeatedMaximum = 20
    /// From one progress line to the next where they replace each other, and where they do not.
    private static let progressPauses = (terminal: Delay.milliseconds(500), otherwise: Delay.seconds(20))
    private static let eraseLine = "\r\u{1B}[K"

    init(_ request: SimRequest, on console: Console) {
        self.request = request
        self.console = console
        self.queue = SeedQueue(request.seeds, workers: request.jobs)
        let (difference, isWhole) = (request.seeds.upperBound - request.seeds.lowerBound, request.time == nil)
        self.tally = SimTally(
            total: isWhole ? (difference == .max ? .max : difference + 1) : nil, time: request.time)
    }

    /// Runs the seeds and tells of them; returns how the program ends.
    mutating func run() throws(CommandError) -> ExitCode {
        let queue = self.queue
        try Self.startWatching(queue)
        if self.request.time != nil, self.request.output != .hashes, !self.request.isJSON {
            try self.console.print(
                "seeds from \(self.request.seeds.lowerBound) on "
                    + "(--seed \(self.request.seeds.lowerBound) begins with the same again)")
        }
        let threads = try self.startThreads()
        var failure: CommandError?
        do throws(CommandError) {
            try self.follow()
            try self.finish()
        } catch {
            failure = error
        }
        queue.stop()
        for thread in threads { thread.join() }
        if let failure { throw failure }
        if self.tally.failed > 0 { return .no }
        if queue.interruptCount > 0 { return .interrupted }
        return self.isCovered ? .success : .no
    }

    /// The first interrupt ends the run with its summary, the second at once.
    private static func startWatching(_ queue: SeedQueue) throws(CommandError) {
        do throws(SystemCallError) {
            try SignalSource.start([.interrupt, .terminate]) { signal in
                if queue.interrupt() > 1 {
                    _exit((signal == .interrupt ? ExitCode.interrupted : ExitCode.terminated).rawValue)
                }
            }
        } catch {
            throw CommandError(.defect, "cannot take care of signals: \(error.reason).")
        }
    }

    private func startThreads() throws(CommandError) -> [LoopThread] {
        let (queue, console, request) = (self.queue, self.console, self.request)
        var sink: (@Sendable (String, Instant, TraceRecord) -> Void)?
        if self.request.showsTrace {
            let beginning = Instant(nanoseconds: 1_000_000_000)
            sink = { node, now, record in
                let line = TraceLine(node: node, time: now.since(beginning), record: record)
                try? console.print(SimFailureText.line(line))
            }
        }
        let shared = sink
        var threads: [LoopThread] = []
        for _ in 0..<self.request.jobs {
            do throws(SystemCallError) {
                threads.append(
                    try LoopThread(name: "starling sim") {
                        while let seed = queue.take() {
                            var options = request.options(for: seed)
                            options.sink = shared
                            queue.put(SimulationProgram.run(seed: seed, options: options).withoutRecords)
                        }
                    })
            } catch {
                throw CommandError(.defect, "cannot start a thread: \(error.reason).")
            }
        }
        return threads
    }

    /// Tells of results as they come, until there are no more.
    private mutating func follow() throws(CommandError) {
        while true {
            let (results, isOver) = self.queue.takeResults(waiting: .milliseconds(200))
            for result in results { try self.take(result) }
            if isOver { return }
            let elapsed = Clocks.now.since(self.start)
            if let time = self.request.time, elapsed >= time { self.queue.stop() }
            try self.showProgress(elapsed)
        }
    }

    private mutating func take(_ result: SimulationResult) throws(CommandError) {
        self.tally.add(result)
        self.coverage.add(result)
        switch self.request.output {
        case .hashes: try self.console.print("\(result.seed) \(SimText.hash(result.traceHash))")
        case .eachSeed: try self.print(self.request.isJSON ? SimJSON.seed(result).text : result.summary)
        case .summary: break
        }
        guard let violation = result.violation else { return }
        if self.violations.count < Self.repeatedMaximum { self.violations.append(violation) }
        guard self.shrunk < Self.shrunkMaximum, self.queue.interruptCount == 0 else {
            try self.tell(violation)
            return
        }
        self.shrunk += 1
        let (queue, end) = (self.queue, Clocks.now + self.request.shrinking)
        let report = SimulationProgram.examine(
            result, options: self.request.options(for: result.seed), shrinks: self.request.shrinking > .zero,
            until: { queue.interruptCount > 0 || Clocks.now >= end })
        guard let report else { return }
        if self.request.isJSON {
            try self.print(SimJSON.failure(report, commit: BuildCommit.description).text)
        } else {
            try self.eraseProgress()
            for line in SimFailureText.lines(report, commit: BuildCommit.description) { self.console.complain(line) }
        }
    }

    /// A violation that is not looked into.
    private func tell(_ violation: Violation) throws(CommandError) {
        guard self.request.isJSON else {
            try self.eraseProgress()
            self.console.complain("starling: \(violation)")
            return
        }
        try self.print(JSON.answer([("kind", .string("violation")), ("found", SimJSON.violation(violation))]).text)
    }

    private func finish() throws(CommandError) {
        guard self.request.output != .hashes else { return }
        let elapsed = Clocks.now.since(self.start)
        if self.request.isJSON {
            guard !self.request.isSingle || self.request.showsCoverage else { return }
            try self.print(self.summary(elapsed).text)
            return
        }
        if !self.request.isSingle { try self.print(self.tally.summary(after: elapsed)) }
        if self.request.showsCoverage {
            for line in SimText.coverage(self.coverage) { try self.console.print(line) }
        }
        guard !self.request.isSingle else { return }
        for violation in self.violations { self.console.complain("starling: \(violation)") }
    }

    private func summary(_ elapsed: Delay) -> JSON {
        var members: [(name: String, value: JSON)] = [
            ("kind", .string("summary")), ("version", .string(ProgramVersion.current)),
            ("commit", .string(BuildCommit.description)),
            ("profile", .string(self.request.profileName)),
            ("first_seed", .unsigned(self.request.seeds.lowerBound)),
        ]
        members += self.tally.json(after: elapsed)
        if self.request.showsCoverage {
            members.append(
                ("coverage", .object(self.coverage.marks.map { ($0.name, .unsigned(UInt64($0.count))) })))
        }
        return .answer(members)
    }

    private var isCovered: Bool {
        !self.request.showsCoverage || self.tally.run < SimCoverage.seedsNeeded || self.coverage.missing.isEmpty
    }

    private mutating func showProgress(_ elapsed: Delay) throws(CommandError) {
        guard self.request.output == .summary, !self.request.isJSON, !self.request.showsTrace else { return }
        let pause = self.console.isTerminal ? Self.progressPauses.terminal : Self.progressPauses.otherwise
        guard elapsed >= self.lastProgress + pause else { return }
        self.lastProgress = elapsed
        let line = self.tally.progress(after: elapsed)
        guard self.console.isTerminal else { return try self.console.print(line) }
        let columns = ProcessFacts.terminalColumns(StandardStream.output.rawValue) ?? 80
        try self.console.write(Array((Self.eraseLine + line.prefix(max(1, columns - 1))).utf8))
    }

    private func eraseProgress() throws(CommandError) {
        guard self.console.isTerminal, self.lastProgress > .zero else { return }
        try self.console.write(Array(Self.eraseLine.utf8))
    }

    private func print(_ line: String) throws(CommandError) {
        try self.eraseProgress()
        try self.console.print(line)
    }
}
