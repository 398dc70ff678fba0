import Platform

/// What the system's process table says about other processes.
enum ProcessTable {
    /// A process that has something this one wants.
    struct Owner: Equatable {
        var processID: Int32
        /// Its command line; empty if it is not to be read.
        var commandLine: String

        /// `process 4121 (starling serve --data n1)`.
        var description: String {
            self.commandLine.isEmpty ? "process \(self.processID)" : "process \(self.processID) (\(self.commandLine))"
        }
    }

    /// Returns the process that listens on a TCP port; nil if that cannot be found out.
    static func listener(onPort port: UInt16) -> Owner? {
        var inodes: [String] = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            guard let bytes = try? LocalFiles.read(table, limit: 16 << 20) else { continue }
            inodes += Self.listeningInodes(in: String(decoding: bytes, as: UTF8.self), port: port)
        }
        guard !inodes.isEmpty else { return nil }
        let targets = inodes.map { "socket:[\($0)]" }
        for name in LocalFiles.names(in: "/proc") {
            guard let processID = Int32(name) else { continue }
            for descriptor in LocalFiles.names(in: "/proc/\(name)/fd") {
                if let target = LocalFiles.linkTarget("/proc/\(name)/fd/\(descriptor)"), targets.contains(target) {
                    return Owner(processID: processID, commandLine: Self.commandLine(of: processID))
                }
            }
        }
        return nil
    }

    /// Returns the inodes of the sockets that listen on a port, from the text of `/proc/net/tcp`.
    static func listeningInodes(in table: String, port: UInt16) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ")
            // Column 1 is ADDRESS:PORT in hexadecimal, column 3 the state, where 0A is listening.
            guard columns.count > 9, columns[3] == "0A", let number = columns[1].split(separator: ":").last,
                UInt16(number, radix: 16) == port
            else { return nil }
            return String(columns[9])
        }
    }

    /// Returns the process that holds a `flock` on a file; nil if none does or that cannot be found out.
    static func lockOwner(of path: String) -> Int32? {
        guard let inode = LocalFiles.inode(path), let bytes = try? LocalFiles.read("/proc/locks", limit: 16 << 20)
        else { return nil }
        return Self.lockOwner(ofInode: inode, in: String(decoding: bytes, as: UTF8.self))
    }

    /// Returns the process that holds a `flock` on an inode, from the text of `/proc/locks`.
    static func lockOwner(ofInode inode: UInt64, in table: String) -> Int32? {
        for line in table.split(separator: "\n") {
            let columns = line.split(separator: " ")
            // NUMBER: FLOCK ADVISORY WRITE PROCESS MAJOR:MINOR:INODE START END; with -> those that wait.
            guard columns.count >= 6, columns[1] == "FLOCK", let processID = Int32(columns[4]), processID > 0,
                columns[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode
            else { continue }
            return processID
        }
        return nil
    }

    /// Returns a process's command line, without its directory, cut to a readable length.
    static func commandLine(of processID: Int32) -> String {
        guard let bytes = try? LocalFiles.read("/proc/\(processID)/cmdline", limit: 1 << 20) else { return "" }
        var words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        if let first = words.first, let slash = first.lastIndex(of: "/") {
            words[0] = String(first[first.index(after: slash)...])
        }
        let line = PlainText.escaped(words.joined(separator: " "))
        return line.count > 100 ? line.prefix(100) + "…" : line
    }

    /// Returns how long ago a process was started, in nanoseconds; nil if there is none or it is not to be read.
    static func age(of processID: Int32) -> UInt64? {
        guard let uptime = try? LocalFiles.read("/proc/uptime", limit: 4096),
            let statistics = try? LocalFiles.read("/proc/\(processID)/stat", limit: 4096),
            let seconds = String(decoding: uptime, as: UTF8.self).split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        // The program's name, in parentheses, may hold spaces; the start in hundredths of a second since the
        // machine's is the 20th word after it.
        let words = String(decoding: statistics, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard words.count > 19, let start = Double(words[19]) else { return nil }
        let age = seconds - start / 100
        return age >= 0 && age < 1e9 ? UInt64(age * 1e9) : nil
    }
}
