import Glibc
import Platform
import PosixPlatform
import Testing

struct ProcessTests {
    @Test func `a child's exit code is reported`() throws {
        let child = try ChildProcess("/bin/sh", arguments: ["-c", "exit 7"])
        #expect(child.wait() == .exited(code: 7))
        #expect(child.ending() == .exited(code: 7))
        child.kill()
    }

    @Test func `a child that is killed is reported with the signal`() throws {
        let child = try ChildProcess(
            "/bin/sh", arguments: ["-c", "exec sleep 100"], output: .discard, errors: .discard, hasOwnGroup: true)
        #expect(child.ending() == nil)
        child.kill()
        #expect(child.wait() == .killed(signal: SIGKILL))
    }

    @Test func `a child's output goes where it is sent, with the environment it is given`() throws {
        let party = try Party()
        let files = party.files
        let directory = try TemporaryDirectory(files)
        let file = try files.open("\(directory.path)/output", .create)
        let child = try ChildProcess(
            "/bin/sh", arguments: ["-c", "echo $FLOCK; echo $0 >&2"], environment: ["FLOCK=many"],
            output: .descriptor(file.rawValue), errors: .descriptor(file.rawValue))
        #expect(child.wait() == .exited(code: 0))
        var bytes = [UInt8](repeating: 0, count: 100)
        var span = bytes.mutableSpan
        let count = try files.read(file, at: 0, into: &span)
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == "many\n/bin/sh\n")
    }

    @Test func `a program that does not exist cannot be started`() {
        let error = #expect(throws: SystemCallError.self) { try ChildProcess("/no/such/program", arguments: []) }
        #expect(error?.kind == .notFound)
    }

    @Test func `the process knows itself`() throws {
        #expect(ProcessFacts.processID == getpid())
        #expect(try #require(ProcessFacts.residentBytes) > 1_000_000)
        #expect(try #require(ProcessFacts.openDescriptors) >= 3)
        #expect(ProcessFacts.executablePath?.hasPrefix("/") == true)
        #expect(ProcessFacts.hostName?.isEmpty == false)
        #expect(ProcessFacts.environment("PATH") != nil)
        #expect(ProcessFacts.environment("NO_SUCH_VARIABLE_HERE") == nil)
        #expect(ProcessFacts.environment.contains { $0.hasPrefix("PATH=") })
        #expect(!ProcessFacts.isTerminal(-1))
    }
}
