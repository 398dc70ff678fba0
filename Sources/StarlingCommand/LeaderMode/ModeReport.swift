import Platform
import RESP

/// A node's answer to `STARLING TOPOLOGY`: leader mode as that node sees it.
struct ModeReport: Sendable {
    struct Member: Sendable, Equatable {
        var name: String
        var id: String
        var address: String
        var role: String
        var hasVote: Bool
        var isUp: Bool
        /// Whether it is the node that answered.
        var isSelf: Bool
        /// Entries, or without leader mode writes, that it is not known to have; nil if the node cannot know.
        var lag: UInt64?
    }

    /// `leaderless`, `switching` or `leader`.
    var mode: String
    /// The node that answered.
    var name: String
    var role: String
    var term: UInt64
    /// Empty while nobody is known to lead.
    var leader: String
    var leaderAddress: String
    /// The number of the last entry that is decided.
    var decided: UInt64
    var splitBrains: UInt64
    var members: [Member]

    /// Nil if the reply is none.
    init?(_ reply: RESPValue) {
        guard let fields = ReplyFields(reply), fields["mode"] != nil else { return nil }
        self.mode = fields.text("mode")
        self.name = fields.text("name")
        self.role = fields.text("role")
        self.term = fields.number("term") ?? 0
        self.leader = fields.text("leader")
        self.leaderAddress = fields.text("leader-address")
        self.decided = fields.number("decided") ?? 0
        self.splitBrains = fields.number("split-brains") ?? 0
        self.members = fields.list("members").compactMap { reply in
            guard let fields = ReplyFields(reply) else { return nil }
            return Member(
                name: fields.text("name"), id: fields.text("id"), address: fields.text("address"),
                role: fields.text("role"), hasVote: fields.number("votes") == 1, isUp: fields.number("up") == 1,
                isSelf: fields.number("self") == 1, lag: fields.number("lag"))
        }
    }

    /// Asks a node.
    init(of client: NodeClient) throws(CommandError) {
        guard let report = ModeReport(try client.askStarling(["TOPOLOGY"])) else {
            throw client.misunderstood("STARLING TOPOLOGY")
        }
        self = report
    }

    var isLeaderMode: Bool { self.mode == "leader" }

    /// The mode in words.
    var words: String {
        switch self.mode {
        case "leader": "leader mode"
        case "switching": "switching to leader mode"
        default: "leaderless"
        }
    }

    /// Who leads, in a sentence.
    var leadership: String {
        guard self.isLeaderMode else { return "Every node takes writes." }
        guard !self.leader.isEmpty else {
            return "No leader is known in term \(self.term): writes are refused until one is elected."
        }
        let part = self.leader == self.name ? "" : "; \(self.name) is a \(self.role)"
        return "\(self.leader) leads in term \(self.term)\(part)."
    }

    /// Whether two nodes were found to lead at once, in a sentence; only of leader mode.
    var splitBrainWords: String? {
        guard self.splitBrains == 0 else {
            return "SPLIT BRAIN: \(PlainText.counted(self.splitBrains, "time")) two nodes led at once since this node "
                + "started. The one of the lower term was fenced; its undecided writes are siblings: "
                + "starling conflicts"
        }
        return self.isLeaderMode ? "No split brain since this node started." : nil
    }

    /// The cluster as a drawing: the leader, and who follows; without one the node that answered, and its peers.
    func drawing() -> [String] {
        let own = self.isLeaderMode ? nil : self.members.first(where: \.isSelf)
        let first = self.members.first { $0.role == "leader" } ?? own
        let others = self.members.filter { $0 != first }
        var table = TextTable(columns: ["", "", "", ""])
        for member in others {
            table.add([Self.name(of: member), member.address, member.role, Self.state(of: member)])
        }
        let rows = table.lines(indent: 0).dropFirst()
        let head = first.map { member in
            let part = member.role == "leader" ? "leader, term \(self.term)" : member.role
            return "\(Self.name(of: member))  \(member.address)  \(part)"
        }
        let lines = rows.enumerated().map { index, row in
            (index == rows.count - 1 ? "  `-- " : "  |-- ") + row
        }
        return [" " + (head ?? "(no leader, term \(self.term))")] + (lines.isEmpty ? [] : ["  |"]) + lines
    }

    private static func name(of member: Member) -> String {
        member.name + (member.isSelf ? "*" : "")
    }

    private static func state(of member: Member) -> String {
        let lag = member.lag.map { "\(PlainText.grouped($0)) behind" }
        return [member.isUp ? nil : "away", lag].compactMap { $0 }.joined(separator: ", ")
    }
}
