import CPosixShim
import Glibc
import Platform

/// What this process can learn about itself and its surroundings.
package enum ProcessFacts {
    /// This process's number.
    package static var processID: Int32 { starling_process_id() }

    /// Whether a descriptor (0, 1, 2 for input, output, errors) is a terminal.
    package static func isTerminal(_ descriptor: Int32) -> Bool {
        starling_is_terminal(descriptor)
    }

    /// The width of the terminal behind a descriptor; nil if there is none or it does not say.
    package static func terminalColumns(_ descriptor: Int32) -> Int? {
        let columns = starling_terminal_columns(descriptor)
        return columns > 0 ? Int(columns) : nil
    }

    /// Bytes of memory the process occupies; nil if the system does not say.
    package static var residentBytes: UInt64? {
        UInt64(exactly: starling_resident_bytes())
    }

    /// How many descriptors are open; nil if the system does not say.
    package static var openDescriptors: Int? {
        // Listing them opens one more.
        (try? DirectoryTree.list("/proc/self/fd")).map { max(0, $0.count - 1) }
    }

    /// The value of an environment variable; nil if it is not set.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The environment as `NAME=value`, in the system's order.
    package static var environment: [String] {
        var entries: [String] = []
        var next = unsafe starling_environment()
        while let entry = unsafe next.pointee {
            entries.append(unsafe String(cString: entry))
            unsafe next += 1
        }
        return entries
    }

    /// The machine's name; nil if it has none.
    package static var hostName: String? {
        unsafe Self.text(capacity: 256) { unsafe starling_host_name($0, $1) }
    }

    /// The absolute path of the running program; nil if the system does not say.
    package static var executablePath: String? {
        unsafe Self.text(capacity: 4096) { unsafe starling_executable_path($0, $1) }
    }

    /// The path of the directory for temporary files.
    package static var temporaryDirectory: String {
        Self.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    private static func text(
        capacity: Int, _ call: (UnsafeMutablePointer<CChar>, Int) -> Int32
    ) -> String? {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { text -> String? in
            unsafe text.initialize(repeating: 0)
            guard let start = text.baseAddress, unsafe call(start, capacity) >= 0 else { return nil }
            let value = unsafe String(cString: start)
            return value.isEmpty ? nil : value
        }
    }
}
