import CPosixShim
import Glibc
package import Platform

/// Signals as calls of a function on an ordinary thread.
package enum SignalSource {
    /// The signals that a server reacts to.
    package enum Signal: CaseIterable, Hashable, Sendable {
        /// SIGHUP: the terminal has gone, or the configuration is to be read again.
        case hangUp
        /// SIGINT: the terminal's interrupt key.
        case interrupt
        /// SIGTERM: a request to end.
        case terminate
        /// SIGUSR1.
        case user1

        /// The system's number.
        package var number: Int32 {
            switch self {
            case .hangUp: SIGHUP
            case .interrupt: SIGINT
            case .terminate: SIGTERM
            case .user1: SIGUSR1
            }
        }
    }

    /// Keeps these signals from ending the process and hands each one to `receive`, on a thread of
    /// its own. It lasts as long as the process.
    ///
    /// MUST be called before any other thread starts: the threads that are there already would still
    /// be interrupted, and end the process.
    package static func start(
        _ signals: [Signal] = Signal.allCases, _ receive: @escaping @Sendable (Signal) -> Void
    ) throws(SystemCallError) {
        let numbers = signals.map(\.number)
        let result = unsafe numbers.withUnsafeBufferPointer { numbers in
            guard let start = numbers.baseAddress else { return Int32(0) }
            return unsafe starling_signals_block(start, numbers.count)
        }
        try SystemCallError.check(result, "pthread_sigmask", "signals")
        // Dropping the thread detaches it.
        _ = try LoopThread(name: "starling signal") {
            SignalSource.deliver(signals, numbers, receive)
        }
    }

    /// Makes writing to a pipe or socket without a reader an error instead of the end of the process.
    package static func ignoreBrokenPipes() {
        starling_signal_ignore(SIGPIPE)
    }

    private static func deliver(
        _ signals: [Signal], _ numbers: [Int32], _ receive: @escaping @Sendable (Signal) -> Void
    ) {
        while true {
            let number = unsafe numbers.withUnsafeBufferPointer { numbers in
                guard let start = numbers.baseAddress else { return Int32(-1) }
                return unsafe starling_signals_wait(start, numbers.count)
            }
            // It fails only for an empty or wrong set, and then always.
            guard number >= 0 else { return }
            for signal in signals where signal.number == number {
                receive(signal)
            }
        }
    }
}
