import CPosixShim
import Glibc
package import Platform

/// A program started by this one. Its standard input is empty; it does not end with this process.
///
/// Sendable because `ended` is only touched under the lock, and the process ID never changes.
package final class ChildProcess: @unchecked Sendable {
    /// Where the child's output goes.
    package enum Output: Hashable, Sendable {
        /// Where this process's goes.
        case inherit
        /// Nowhere.
        case discard
        /// An open descriptor above 2 of this process, which stays open here.
        case descriptor(Int32)

        var shimValue: Int32 {
            switch self {
            case .inherit: STARLING_OUTPUT_INHERIT
            case .discard: STARLING_OUTPUT_NULL
            case .descriptor(let descriptor): descriptor
            }
        }
    }

    /// How a child ended.
    package enum Ending: Hashable, Sendable {
        /// By itself; the code is -1 if somebody else was told it.
        case exited(code: Int32)
        /// By a signal.
        case killed(signal: Int32)
    }

    /// The child's number, for as long as it has not been seen to end.
    package let processID: Int32
    private let lock = Lock()
    private var ended: Ending?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the program's path; it is not searched for.
    ///   - arguments: what follows the program's name.
    ///   - environment: `NAME=value` entries; nil for this process's own.
    ///   - output: where its standard output goes.
    ///   - errors: where its standard error goes.
    ///   - hasOwnGroup: whether it is shielded from the terminal's interrupt key.
    package init(
        _ path: String, arguments: [String], environment: [String]? = nil, output: Output = .inherit,
        errors: Output = .inherit, hasOwnGroup: Bool = false
    ) throws(SystemCallError) {
        let environment = environment ?? ProcessFacts.environment
        let result = unsafe Self.withTexts([path] + arguments) { arguments in
            unsafe Self.withTexts(environment) { environment in
                unsafe starling_spawn(
                    path, arguments, environment, output.shimValue, errors.shimValue, hasOwnGroup)
            }
        }
        try SystemCallError.check(result, "posix_spawn", path)
        self.processID = result
    }

    /// Sends SIGKILL: the child ends without doing anything more.
    package func kill() {
        self.send(SIGKILL)
    }

    /// Sends SIGTERM: the child is asked to end.
    package func terminate() {
        self.send(SIGTERM)
    }

    /// Sends a signal, unless the child has ended and been noticed: its number may be another's then.
    package func send(_ signal: Int32) {
        self.lock.withLock {
            if self.ended == nil {
                _ = starling_kill(self.processID, signal)
            }
        }
    }

    /// How the child ended; nil while it runs. Does not wait.
    package func ending() -> Ending? {
        self.lock.withLock {
            if self.ended == nil {
                var status: Int32 = 0
                let result = unsafe starling_child_reap(self.processID, &status)
                if result == 1 {
                    self.ended = status < 0 ? .killed(signal: -status) : .exited(code: status)
                } else if result < 0 {
                    // Somebody else has reaped it: how it ended cannot be known any more.
                    self.ended = .exited(code: -1)
                }
            }
            return self.ended
        }
    }

    /// Blocks until the child has ended.
    package func wait() -> Ending {
        while true {
            if let ending = self.ending() {
                return ending
            }
            // Not under the lock, so that another thread can send a signal meanwhile.
            _ = starling_child_await(self.processID)
        }
    }

    /// Calls `body` with a null-terminated array of C strings.
    private static func withTexts<Value>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        return unsafe pointers.withUnsafeBufferPointer { pointers in
            // There is at least the terminating null, so the array has an address.
            guard let start = pointers.baseAddress else { preconditionFailure("an array with an end is empty") }
            return unsafe body(start)
        }
    }
}
