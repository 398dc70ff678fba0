import Platform
import PosixPlatform

/// A server of one connection that answers each chunk it receives with the next of its answers, then closes.
final class ScriptedServer {
    let address: NetworkAddress
    private let thread: LoopThread

    init(_ answers: [[UInt8]]) throws {
        let environment = try PosixEnvironment(trace: { _ in })
        self.address = try environment.network.listen(on: NetworkAddress(host: "127.0.0.1", port: 0))
        // The thread is the environment's only user from here on.
        nonisolated(unsafe) let handed = environment
        self.thread = try LoopThread(name: "scripted") {
            unsafe ScriptedServer.serve(handed, answers)
        }
    }

    /// Waits until the script is over.
    func finish() {
        self.thread.join()
    }

    private static func serve(_ environment: PosixEnvironment, _ answers: [[UInt8]]) {
        var remaining = answers[...]
        var events: [Event] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        let deadline = environment.now + .seconds(10)
        while environment.now < deadline {
            events.removeAll()
            environment.wait(until: deadline)
            environment.takeEvents(into: &events)
            for event in events {
                guard case .readable(let stream) = event else { continue }
                var span = chunk.mutableSpan
                guard case .bytes = environment.network.read(stream, into: &span), let answer = remaining.popFirst()
                else {
                    environment.close()
                    return
                }
                _ = environment.network.write(stream, answer.span)
                if remaining.isEmpty {
                    environment.close()
                    return
                }
            }
        }
        environment.close()
    }
}
