import Platform
import PosixPlatform
import Starling

/// `starling serve`: a node with its faces, until it is asked to stop.
enum ServeCommand {
    static let command = Command(
        name: "serve", group: .run, summary: "run a node", flags: ServeFlags.all,
        examples: [
            Command.Example("starling serve", "a node on 127.0.0.1:9000, data in ./starling-data"),
            Command.Example(
                "starling serve --port 9001 --data n2 --discover", "one that looks for others by multicast"),
            Command.Example("starling serve --peers 10.0.0.2:9000,10.0.0.3", "one that is told where the others are"),
            Command.Example(
                "starling serve --resolver 'cart:*=union'", "carts written at once on two nodes are united"),
            Command.Example("starling serve --config /etc/starling.conf", "settings from a file"),
        ],
        notes: [
            "A file holds one setting to a line, named like the flag: port 9001. # begins a comment. Flags count"
                + "\nbefore variables, variables before the file, the file before the defaults.",
            "Clients are not authenticated: whoever reaches the port can read and write. Keep it on 127.0.0.1 or on a"
                + "\nprivate network.",
            "SIGTERM and SIGINT finish what was taken in and stop; SIGUSR1 writes down how things stand.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let settings = try Self.settings(invocation)
        var secret: [UInt8]?
        if let file = settings.secretFile {
            secret = try SecretFile.read(file)
        }
        let trace = TraceWriter(text: Self.traceText(settings, invocation.console), level: settings.traceLevel)
        let signals = ServeSignals(trace: trace)
        try signals.start()
        if settings.isOpenToOthers {
            trace.write(
                .warning, "node.open", "clients of other machines can read and write here: they are not authenticated",
                [("bind", settings.bind)])
        }
        let configuration = settings.nodeConfiguration(secret: secret, trace: trace)
        let outcome = BlockingTask.run { () async -> Result<Void, CommandError> in
            do throws(NodeError) {
                try await Self.serve(settings, configuration, trace, signals)
                return .success(())
            } catch {
                return .failure(NodeFailure.error(error, settings: settings))
            }
        }
        try outcome.get()
        return .success
    }

    /// Opens the node, runs it, and says when it is ready and when it has stopped.
    private static func serve(
        _ settings: ServeSettings, _ configuration: NodeConfiguration, _ trace: TraceWriter, _ signals: ServeSignals
    ) async throws(NodeError) {
        let start = Clocks.now
        let node = try await Node.open(at: settings.data, configuration: configuration)
        signals.watch(node)
        trace.write(
            .info, "node.start", "starling \(ProgramVersion.current) ready",
            [
                ("name", node.name), ("cluster", settings.cluster), ("address", node.address), ("data", settings.data),
                ("opened_in", Self.time(since: start)),
            ])
        ServiceNotification.send("READY=1\nSTATUS=listening on \(node.address)")
        try await node.run()
        let stopping = signals.shutdownStart ?? Clocks.now
        trace.write(.info, "node.stopped", "stopped cleanly", [("in", Self.time(since: stopping))])
    }

    private static func settings(_ invocation: Invocation) throws(CommandError) -> ServeSettings {
        var settings = invocation.settings
        var problems: [ConfigurationFile.Problem] = []
        if let setting = settings.last(ServeFlags.config) {
            let file = try Self.file(setting)
            problems = file.problems
            settings = settings.adding(file)
        }
        let machine = ServeSettings.Machine(
            hostName: ProcessFacts.hostName, processID: ProcessFacts.processID, hosts: LocalHosts.all)
        return try ServeSettingsReader.read(settings, machine: machine, fileProblems: problems)
    }

    private static func file(_ setting: Setting) throws(CommandError) -> ConfigurationFile {
        let bytes: [UInt8]
        do {
            bytes = try LocalFiles.read(setting.text, limit: ConfigurationFile.lengthLimit)
        } catch {
            throw CommandError(.configuration, lines: [setting.problem("cannot be read: \(error.reason).")])
        }
        return ConfigurationFile(
            parsing: String(decoding: bytes, as: UTF8.self), name: setting.text, flags: ServeFlags.inFiles)
    }

    private static func traceText(_ settings: ServeSettings, _ console: Console) -> TraceText {
        let journal = ProcessFacts.environment("JOURNAL_STREAM") ?? ""
        return TraceText(
            format: settings.traceFormat, isForJournal: !journal.isEmpty && !console.areErrorsTerminal,
            style: console.errorStyle, node: settings.name, cluster: settings.cluster)
    }

    private static func time(since start: Instant) -> String {
        PlainText.time(nanoseconds: Clocks.now.since(start).nanoseconds).replacing(" ", with: "")
    }
}
