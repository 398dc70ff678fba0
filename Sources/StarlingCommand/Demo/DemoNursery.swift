import Platform
import PosixPlatform

/// The processes and the directory of a demonstration, which are gone when it ends, however it ends.
///
/// Sendable because its state is only touched under the lock: the interrupt key ends it from another thread.
final class DemoNursery: @unchecked Sendable {
    private let lock = Lock()
    /// Held while it ends, so that whoever ends it second finds it ended.
    private let endingLock = Lock()
    private var children: [ChildProcess] = []
    private var directory: String?
    private var hasEnded = false
    private var isInterrupted = false

    /// Creates the directory for the nodes' data and returns its path.
    func makeDirectory() throws(CommandError) -> String {
        do throws(SystemCallError) {
            return try self.lock.withLock { () throws(SystemCallError) -> String in
                let path = try LocalFiles.makeTemporaryDirectory(
                    in: ProcessFacts.temporaryDirectory, prefix: "starling-demo-")
                self.directory = path
                return path
            }
        } catch {
            throw CommandError(.inputOutput, "cannot create a directory for the nodes' data: \(error).")
        }
    }

    /// Starts this program again as a child, its errors going to a file.
    func start(_ arguments: [String], errorsTo path: String) throws(CommandError) -> ChildProcess {
        do throws(SystemCallError) {
            let errors = try LocalFiles.openForAppending(path)
            defer { LocalFiles.closeDescriptor(errors) }
            return try self.lock.withLock { () throws(SystemCallError) -> ChildProcess in
                guard !self.hasEnded else {
                    throw SystemCallError(kind: .other, call: "posix_spawn", subject: path, reason: "the demo is over")
                }
                let child = try ChildProcess(
                    ProcessFacts.executablePath ?? "/proc/self/exe", arguments: arguments, output: .discard,
                    errors: .descriptor(errors), hasOwnGroup: true)
                self.children.append(child)
                return child
            }
        } catch {
            throw CommandError(.inputOutput, "cannot start a node: \(error).")
        }
    }

    /// Ends it on behalf of the interrupt key, which also ends the process.
    func interrupt() {
        self.lock.withLock { self.isInterrupted = true }
        self.end()
    }

    /// Whether the interrupt key ended it: what fails afterwards fails because of that.
    var wasInterrupted: Bool {
        self.lock.withLock { self.isInterrupted }
    }

    /// Kills the children and removes the directory. Returns when they are gone.
    func end() {
        self.endingLock.withLock { self.endOnce() }
    }

    private func endOnce() {
        let (children, directory) = self.lock.withLock { () -> ([ChildProcess], String?) in
            self.hasEnded = true
            defer {
                self.children = []
                self.directory = nil
            }
            return (self.children, self.directory)
        }
        for child in children { child.kill() }
        for child in children { _ = child.wait() }
        if let directory {
            LocalFiles.removeTree(directory)
        }
    }

    /// Leaves everything as it is.
    func release() {
        self.lock.withLock {
            self.children = []
            self.directory = nil
        }
    }
}
