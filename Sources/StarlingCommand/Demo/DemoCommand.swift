import Glibc
import Platform
import PosixPlatform

/// `starling demo`: three real nodes on this machine, walked through what Starling is for. Each step is checked.
enum DemoCommand {
    static let command = Command(
        name: "demo", group: .run, summary: "three nodes here: a conflict, a crash, a leader, a failover",
        flags: [Self.keep, Self.step, Self.port],
        examples: [
            Command.Example("starling demo", "takes some seconds; exit code 1 if a step is not as told"),
            Command.Example("starling demo --step", "waits for Enter before each step"),
            Command.Example("starling demo --keep", "leaves the nodes running to play with"),
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let keep = Flag(
        "keep", .switchOnly, isSetting: false, help: "leave the nodes running, and say how to stop them")
    private static let step = Flag("step", .switchOnly, isSetting: false, help: "wait for Enter before each step")
    private static let port = Flag(
        "port", short: "p", .required("PORT"), isSetting: false,
        help: "the first port to try; the next free ones are taken (default 9001)")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        var port: UInt16 = 9001
        if let setting = invocation.settings.last(Self.port) {
            guard let number = UInt16(setting.text), 1...65_000 ~= number else {
                throw CommandError(.usage, lines: [setting.problem("is not a port to begin with. Use 1-65000.")])
            }
            port = number
        }
        let keeps = try invocation.settings.isOn(Self.keep)
        let narrator = DemoNarrator(
            console: invocation.console, waitsForEnter: try invocation.settings.isOn(Self.step))
        let nursery = DemoNursery()
        // Before any other thread starts, so that the interrupt key finds the children and not only this process.
        do throws(SystemCallError) {
            try SignalSource.start([.interrupt, .terminate, .hangUp]) { signal in
                nursery.interrupt()
                _exit(signal == .interrupt ? ExitCode.interrupted.rawValue : ExitCode.terminated.rawValue)
            }
        } catch {
            throw CommandError(.defect, "cannot take care of signals: \(error.reason).")
        }
        do throws(CommandError) {
            let cluster = try DemoCluster(nursery: nursery, firstPort: port, narrator: narrator)
            var script = DemoScript(cluster: cluster, narrator: narrator)
            try script.play()
            try narrator.close(cluster, keeps: keeps)
        } catch {
            nursery.end()
            // The thread that took the signal ends the process in a moment, with the code that belongs to it.
            while nursery.wasInterrupted { Clocks.pause(.seconds(1)) }
            throw error
        }
        if keeps {
            nursery.release()
        } else {
            nursery.end()
        }
        return .success
    }
}
