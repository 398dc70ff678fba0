import Causality
import Journal

/// What was found in a data directory, as a table and as JSON.
struct DirectoryAccount {
    let directory: String
    let report: DirectoryReport

    private var files: [(kind: String, report: FileReport)] {
        self.report.segments.map { ("segment", $0) } + self.report.putAside.map { ("put aside", $0) }
            + self.report.snapshots.map { ("index", $0) }
    }

    /// A table of the files, and below it each damaged place.
    var lines: [String] {
        var table = TextTable(columns: ["FILE", "KIND", "SIZE", "RECORDS", "STATE"])
        for (kind, file) in self.files {
            table.add([
                self.name(of: file.path), kind, PlainText.size(file.bytes), "\(file.records)", Self.state(of: file),
            ])
        }
        var lines = table.lines(indent: 0)
        if let damage = self.report.identityDamage { lines.append("damaged  \(damage)") }
        for (_, file) in self.files {
            for place in file.damage {
                let length = place.byteCount > 0 ? ", \(PlainText.counted(place.byteCount, "byte"))" : ""
                lines.append("damaged  \(file.path) at byte \(place.offset)\(length): \(place.what)")
            }
            if file.damageCount > file.damage.count {
                lines.append("damaged  \(file.path): \(file.damageCount - file.damage.count) more places")
            }
        }
        lines.append(self.verdict)
        return lines
    }

    private var verdict: String {
        if self.report.isIntact { return "\(self.directory) is intact" }
        if self.report.isLogIntact { return "\(self.directory): the log is intact; an index snapshot is not used" }
        if self.report.putAside.isEmpty {
            return "\(self.directory) is damaged. A node with peers heals by itself when it starts; else: "
                + "starling repair \(self.directory)"
        }
        return "\(self.directory) waits to be healed by peers. If none is left: starling repair \(self.directory)"
    }

    private static func state(of file: FileReport) -> String {
        if !file.isIntact { return "damaged" }
        if file.tornBytes > 0 { return "intact, \(PlainText.counted(file.tornBytes, "byte")) unfinished at the end" }
        return file.isIgnored ? "intact, of an earlier peer ID" : "intact"
    }

    private func name(of path: String) -> String {
        path.hasPrefix(self.directory + "/") ? String(path.dropFirst(self.directory.count + 1)) : path
    }

    /// All of it.
    var json: JSON {
        JSON.answer([
            ("directory", .string(self.directory)), ("intact", .boolean(self.report.isIntact)),
            ("log_intact", .boolean(self.report.isLogIntact)),
            ("id", self.report.identity.map { .string($0.peer.description) } ?? .null),
            ("cluster", self.report.identity.map { .string($0.cluster) } ?? .null),
            ("identity_damage", self.report.identityDamage.map { .string($0) } ?? .null),
            (
                "files",
                .array(
                    self.files.map { kind, file in
                        .object([
                            ("file", .string(self.name(of: file.path))), ("kind", .string(kind)),
                            ("bytes", .unsigned(file.bytes)), ("frames", .unsigned(file.frames)),
                            ("records", .unsigned(file.records)), ("torn_bytes", .unsigned(file.tornBytes)),
                            ("damaged_places", .integer(Int64(file.damageCount))),
                            (
                                "damage",
                                .array(
                                    file.damage.map { place in
                                        .object([
                                            ("offset", .unsigned(place.offset)), ("bytes", .unsigned(place.byteCount)),
                                            ("what", .string(place.what)),
                                        ])
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }
}
