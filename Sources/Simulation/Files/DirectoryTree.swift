/// The names of a simulated disk: as programs see them, and as they are on the medium.
///
/// A change of names is durable once its directory was synced. A power cut keeps, in each directory,
/// a prefix of the changes since then. That holds for directories too: the name of a new directory
/// is in its parent.
///
/// Paths are kept without a slash at the front or the end; the root is the empty path.
struct DirectoryTree {
    enum Entry {
        case directory
        case file(SimulatedInode)
    }

    /// One change of names, with the stamp that it gave to the file.
    enum Change {
        case createDirectory(String)
        case create(String, SimulatedInode)
        case rename(String, to: String, SimulatedInode, stamp: UInt64)
        case remove(String)
    }

    private(set) var current: [String: Entry] = ["": .directory]
    private var durable: [String: Entry] = ["": .directory]
    private var pending: [Change] = []

    /// The path in the form used here: `/data//log/` and `data/log` are the same.
    static func normal(_ path: String) -> String {
        guard !Self.isNormal(path) else { return path }
        return path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }.joined(separator: "/")
    }

    /// Whether the path has the form used here, as almost all have: nothing to leave out.
    private static func isNormal(_ path: String) -> Bool {
        let slash = UInt8(ascii: "/")
        var last = slash
        var dots = 0
        for byte in path.utf8 {
            if byte == slash, last == slash || dots == 1 { return false }
            dots = byte == UInt8(ascii: ".") && (last == slash || dots > 0) ? dots + 1 : 0
            last = byte
        }
        return (last != slash || path.isEmpty) && dots != 1
    }

    /// The directory that holds the path's name.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }

    /// Whether `path` is `directory` or lies below it.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        guard path.utf8.starts(with: directory.utf8) else { return false }
        let length = directory.utf8.count
        return length == 0 || path.utf8.count == length
            || path.utf8[path.utf8.index(path.utf8.startIndex, offsetBy: length)] == UInt8(ascii: "/")
    }

    subscript(path: String) -> Entry? { self.current[path] }

    /// The names in a directory, sorted.
    func names(in directory: String) -> [String] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        let (length, slash) = (prefix.utf8.count, UInt8(ascii: "/"))
        // The order of the table does not matter: the result is sorted.
        return self.current.keys.compactMap { path -> String? in
            guard path.utf8.count > length, path.utf8.starts(with: prefix.utf8) else { return nil }
            let name = path.utf8.dropFirst(length)
            return name.contains(slash) ? nil : String(Substring(name))
        }.sorted()
    }

    /// The paths of a directory and everything below it, sorted, so parents come before children.
    func paths(under directory: String) -> [String] {
        self.current.keys.filter { Self.isInside($0, directory) }.sorted()
    }

    /// Bytes in the files that have a name.
    var usedBytes: Int {
        self.current.values.reduce(0) { sum, entry in
            switch entry {
            case .directory: sum
            case .file(let inode): sum + inode.bytes.count
            }
        }
    }

    /// Makes a change that programs see at once and that is pending until its directory is synced.
    mutating func apply(_ change: Change) {
        Self.apply(change, to: &self.current)
        self.pending.append(change)
    }

    /// Puts an entry in place, durably: what an operator does between two runs.
    mutating func place(_ entry: Entry, at path: String) {
        self.current[path] = entry
        self.durable[path] = entry
    }

    /// Removes a directory and everything below it, or a file, durably.
    mutating func erase(_ path: String) {
        for found in self.paths(under: path) {
            self.current[found] = nil
        }
        for found in self.durable.keys.filter({ Self.isInside($0, path) }) {
            self.durable[found] = nil
        }
        self.pending.removeAll { Self.directories(of: $0).contains { Self.isInside($0, path) } }
        if path.isEmpty {
            self.place(.directory, at: "")
        }
    }

    /// Makes the directory's names durable.
    mutating func sync(directory: String) {
        var rest: [Change] = []
        for change in self.pending {
            if Self.directories(of: change).contains(directory) {
                self.settle(change)
            } else {
                rest.append(change)
            }
        }
        self.pending = rest
    }

    /// The power fails: a prefix of each directory's pending changes survives.
    ///
    /// A rename from one directory to another survives only if both keep it.
    mutating func crash(_ random: inout SimulationRandom) {
        var survivors: [String: Int] = [:]
        for change in self.pending {
            for directory in Self.directories(of: change) {
                survivors[directory, default: 0] += 1
            }
        }
        for directory in survivors.keys.sorted() {
            let count = survivors[directory] ?? 0
            survivors[directory] = [0, count, random.below(count + 1)][random.below(3)]
        }
        for change in self.pending {
            let directories = Self.directories(of: change)
            let survives = directories.allSatisfy { (survivors[$0] ?? 0) > 0 }
            for directory in directories {
                survivors[directory] = survives ? (survivors[directory] ?? 0) - 1 : 0
            }
            if survives {
                self.settle(change)
            }
        }
        self.pending.removeAll()
        self.dropOrphans()
        self.current = self.durable
    }

    /// Calls `body` with each file that has a name, in the order of the names.
    func visitFiles(_ body: (SimulatedInode) -> Void) {
        for path in self.current.keys.sorted() {
            if case .file(let inode) = self.current[path] {
                body(inode)
            }
        }
    }

    private mutating func settle(_ change: Change) {
        Self.apply(change, to: &self.durable)
        if case .rename(_, to: _, let inode, let stamp) = change {
            inode.settleStamp(stamp)
        }
    }

    /// Removes what lies in directories that did not survive.
    private mutating func dropOrphans() {
        for path in self.durable.keys.sorted() where !path.isEmpty {
            guard case .directory = self.durable[Self.parent(of: path)] else {
                self.durable[path] = nil
                continue
            }
        }
    }

    private static func directories(of change: Change) -> [String] {
        switch change {
        case .createDirectory(let path), .create(let path, _), .remove(let path):
            return [Self.parent(of: path)]
        case .rename(let source, to: let destination, _, stamp: _):
            let (from, to) = (Self.parent(of: source), Self.parent(of: destination))
            return from == to ? [from] : [from, to]
        }
    }

    private static func apply(_ change: Change, to entries: inout [String: Entry]) {
        switch change {
        case .createDirectory(let path):
            entries[path] = .directory
        case .create(let path, let inode):
            entries[path] = .file(inode)
        case .rename(let source, to: let destination, let inode, stamp: _):
            entries[source] = nil
            entries[destination] = .file(inode)
        case .remove(let path):
            entries[path] = nil
        }
    }
}
