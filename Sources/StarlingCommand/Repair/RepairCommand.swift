import Journal
import Platform
import PosixPlatform

/// `starling repair`: makes a damaged data directory one that opens.
enum RepairCommand {
    private static let yes = Flag("yes", short: "y", .switchOnly, isSetting: false, help: "do not ask")

    static let command = Command(
        name: "repair", group: .cluster, summary: "keep what is intact of a damaged data directory, accept the loss",
        operands: "DIR", operandCount: 1...1, flags: [Self.yes, GlobalFlags.json],
        examples: [
            Command.Example("starling verify data", "what is damaged; nothing is changed"),
            Command.Example("starling repair data", "what would be kept and lost; asks before it is done"),
        ],
        notes: [
            "A node that knows peers heals without it: it takes what they hold and keeps of its own what they lack. "
                + "Repair is for a node alone, and for one whose peers are all gone.",
            "The node starts under a new peer ID. Alone, it may find back what had been deleted.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let environment = try PosixEnvironment.forCommand()
        defer { environment.close() }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        let directory = invocation.operands[0]
        let files = environment.files
        if try !invocation.settings.isOn(Self.yes) {
            let plan = try RepairFailure.translating { () throws(JournalError) in
                try Repair.plan(directory, files: files)
            }
            if plan.salvage != nil {
                for line in Self.lines(of: plan, directory, isDone: false) { invocation.console.complain(line) }
                invocation.console.complain("Accept the loss? Type yes:")
                guard readLine() == "yes" else { return .no }
            }
        }
        let outcome = try RepairFailure.translating { () throws(JournalError) in
            try Repair.run(directory, files: files)
        }
        let text = isJSON ? [Self.json(of: outcome, directory).text] : Self.lines(of: outcome, directory, isDone: true)
        for line in text { try invocation.console.print(line) }
        return .success
    }

    private static func lines(of outcome: Repair.Outcome, _ directory: String, isDone: Bool) -> [String] {
        guard let salvage = outcome.salvage else {
            let snapshots = outcome.removedSnapshots
            return [
                snapshots == 0
                    ? "\(directory) is intact: nothing to repair"
                    : "\(directory): the log is intact; removed "
                        + PlainText.counted(UInt64(snapshots), "damaged index snapshot")
            ]
        }
        let kept =
            "\(PlainText.counted(UInt64(salvage.keys), "key")) in \(PlainText.counted(salvage.records, "record"))"
        var lines = [
            "kept  \(kept)",
            "lost  \(PlainText.counted(UInt64(salvage.damageCount), "damaged place")), "
                + "\(PlainText.size(salvage.damagedBytes)); the first: \(salvage.firstDamage ?? "none")",
        ]
        if isDone {
            lines.append(
                "start the node: it has a new peer ID, takes what its peers hold, and keeps of its own what they lack")
        }
        return lines
    }

    private static func json(of outcome: Repair.Outcome, _ directory: String) -> JSON {
        JSON.answer([
            ("directory", .string(directory)), ("repaired", .boolean(outcome.salvage != nil)),
            ("kept_keys", .integer(Int64(outcome.salvage?.keys ?? 0))),
            ("kept_records", .unsigned(outcome.salvage?.records ?? 0)),
            ("damaged_places", .integer(Int64(outcome.salvage?.damageCount ?? 0))),
            ("damaged_bytes", .unsigned(outcome.salvage?.damagedBytes ?? 0)),
            ("first_damage", outcome.salvage?.firstDamage.map { .string($0) } ?? .null),
            ("removed_snapshots", .integer(Int64(outcome.removedSnapshots))),
        ])
    }
}
