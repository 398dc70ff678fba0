import Platform
import RESP
import Testing

@testable import StarlingCommand

struct ClientReportTests {
    private static func text(_ text: String) -> RESPValue { .bulkString(Array(text.utf8)) }

    /// The same reply as a map, and as the flat list of version 2.
    private static func map(_ entries: [(String, RESPValue)], isFlat: Bool) -> RESPValue {
        isFlat
            ? .array(entries.flatMap { [Self.text($0.0), $0.1] })
            : .map(entries.map { RESPMapEntry(key: Self.text($0.0), value: $0.1) })
    }

    private static func peer(_ name: String, _ port: Int, state: String, missing: Int64, isFlat: Bool) -> RESPValue {
        Self.map(
            [
                ("name", Self.text(name)), ("address", Self.text("127.0.0.1:\(port)")),
                ("source", Self.text("multicast")),
                ("state", Self.text(state)), ("missing", .integer(missing)),
                ("last-contact-ms", state == "down" ? .integer(8_000) : .integer(12)),
                ("last-failure", Self.text(state == "down" ? "connection refused" : "")),
            ], isFlat: isFlat)
    }

    private static func status(
        _ peers: [RESPValue], isFlat: Bool = false, more: [(String, RESPValue)] = []
    ) -> RESPValue {
        Self.map(
            [
                ("name", Self.text("n1")), ("cluster", Self.text("tour")), ("address", Self.text("127.0.0.1:9000")),
                ("digest", Self.text("9f2c")), ("failure", Self.text("")), ("keys", .integer(1204)),
                ("conflicts", .integer(1)), ("log-bytes", .integer(3_250_586)), ("uptime-ms", .integer(252_000)),
                ("resolver-mismatches", .array([])), ("peers", .array(peers)),
            ] + more, isFlat: isFlat)
    }

    @Test func `a node that heals says so, and how far what it is given has come`() throws {
        let more = [
            ("healing", Self.text("data/log/00000001.seg at byte 64: no valid frame")),
            ("snapshots", .array([Self.text("receiving a snapshot from n2: 12 records, 900 bytes, for 3 s")])),
        ]
        let report = try #require(NodeReport(Self.status([], more: more)))
        #expect(report.reasons.contains { $0.hasPrefix("n1 serves nobody") && $0.contains("byte 64") })
        let mode = try Self.mode("leaderless", role: "peer", [])
        let lines = StatusCommands.lines(report, mode, style: TerminalStyle(isOn: false))
        #expect(lines.contains("n1 is receiving a snapshot from n2: 12 records, 900 bytes, for 3 s."))
    }

    private static func member(_ name: String, _ role: String, up: Bool = true, lag: Int64?) -> RESPValue {
        Self.map(
            [
                ("name", Self.text(name)), ("id", Self.text("id-" + name)),
                ("address", Self.text("127.0.0.1:900" + name.dropFirst())), ("role", Self.text(role)),
                ("votes", .integer(role == "peer" ? 0 : 1)), ("up", .integer(up ? 1 : 0)),
                ("self", .integer(name == "n1" ? 1 : 0)), ("lag", lag.map { .integer($0) } ?? .null),
            ], isFlat: false)
    }

    private static func mode(
        _ mode: String, role: String, leader: String = "", term: Int64 = 0, splits: Int64 = 0, _ members: [RESPValue]
    ) throws -> ModeReport {
        try #require(
            ModeReport(
                Self.map(
                    [
                        ("mode", Self.text(mode)), ("name", Self.text("n1")), ("role", Self.text(role)),
                        ("term", .integer(term)), ("leader", Self.text(leader)),
                        ("leader-address", Self.text(leader.isEmpty ? "" : "127.0.0.1:9002")),
                        ("decided", .integer(1_204)), ("split-brains", .integer(splits)), ("members", .array(members)),
                    ], isFlat: false)))
    }

    @Test func `leader mode is drawn, its leader on top`() throws {
        let report = try Self.mode(
            "leader", role: "follower", leader: "n2", term: 3,
            [
                Self.member("n1", "follower", lag: 0), Self.member("n2", "leader", lag: 0),
                Self.member("n3", "follower", up: false, lag: 1_200),
            ])
        #expect(
            TopologyCommand.lines(report) == [
                "leader mode   3 members   entry 1 204 decided",
                "",
                " n2  127.0.0.1:9002  leader, term 3",
                "  |",
                "  |-- n1*  127.0.0.1:9001  follower  0 behind",
                "  `-- n3   127.0.0.1:9003  follower  away, 1 200 behind",
                "",
                "n2 leads in term 3; n1 is a follower.",
                "No split brain since this node started.",
            ])
    }

    @Test func `a leaderless cluster is drawn from the node that answered`() throws {
        let report = try Self.mode(
            "leaderless", role: "peer", [Self.member("n1", "peer", lag: 0), Self.member("n2", "peer", lag: 7)])
        #expect(
            TopologyCommand.lines(report) == [
                "leaderless   2 members", "", " n1*  127.0.0.1:9001  peer", "  |",
                "  `-- n2  127.0.0.1:9002  peer  7 behind", "", "Every node takes writes.",
            ])
    }

    @Test func `a lost leader and a split brain are told in words`() throws {
        let report = try Self.mode(
            "leader", role: "candidate", term: 4, splits: 1, [Self.member("n1", "candidate", lag: 0)])
        #expect(report.drawing()[0] == " (no leader, term 4)")
        #expect(report.leadership == "No leader is known in term 4: writes are refused until one is elected.")
        #expect(report.splitBrainWords?.hasPrefix("SPLIT BRAIN: 1 time two nodes led at once") ?? false)
    }

    @Test func `the plan of a switch names who leads, who follows and who is away`() throws {
        let report = try Self.mode(
            "leaderless", role: "peer",
            [
                Self.member("n1", "peer", lag: 0), Self.member("n2", "peer", lag: 0),
                Self.member("n3", "peer", up: false, lag: 0),
            ])
        let lines = ModeCommand.plan(report, toLeader: true)
        #expect(lines[0] == "The cluster is leaderless; 2 of 3 known nodes answer.")
        #expect(lines.contains("  3. n2 is brought to its state, follows, and gets a vote."))
        #expect(lines.contains("  Away now: n3. Back again they follow, and lose nothing."))
    }

    @Test(arguments: [false, true])
    func `a cluster that is well is shown as a table`(isFlat: Bool) throws {
        let peers = [
            Self.peer("n2", 9001, state: "up", missing: 0, isFlat: isFlat),
            Self.peer("n3", 9002, state: "up", missing: 0, isFlat: isFlat),
        ]
        let report = try #require(NodeReport(Self.status(peers, isFlat: isFlat)))
        let mode = try Self.mode("leaderless", role: "peer", [])
        #expect(report.reasons.isEmpty)
        #expect(
            StatusCommands.lines(report, mode, style: TerminalStyle(isOn: false)) == [
                "tour   leaderless   3 nodes   converged   1 204 keys, 3.1 MiB log",
                "",
                "  NAME  ADDRESS         STATE  ROLE  MISSING  LAST CONTACT",
                "  n1*   127.0.0.1:9000  up     peer  -        -",
                "  n2    127.0.0.1:9001  up     ?     0        12 ms ago",
                "  n3    127.0.0.1:9002  up     ?     0        12 ms ago",
                "",
                "Every node takes writes.",
                "1 key in conflict (starling conflicts). Up 4m12s. * = the node that answered.",
            ])
    }

    @Test func `what is not well comes first, with its reason`() throws {
        let peers = [
            Self.peer("n2", 9001, state: "down", missing: 37, isFlat: false),
            Self.peer("n3", 9002, state: "cut", missing: 0, isFlat: false),
        ]
        let reply = Self.status(peers)
        let report = try #require(NodeReport(reply))
        let mode = try Self.mode("leaderless", role: "peer", [])
        let lines = StatusCommands.lines(report, mode, style: TerminalStyle(isOn: false))
        #expect(
            lines.prefix(5) == [
                "tour   leaderless   1 of 3 nodes   degraded, serving   1 204 keys, 3.1 MiB log",
                "",
                "  n2 has not answered for 8.0 s (127.0.0.1:9001, connection refused)",
                "  the link to n3 is cut (heal it: starling link heal 127.0.0.1:9002)",
                "",
            ])
        #expect(lines.contains("  n2    127.0.0.1:9001  away   ?     37       8.0 s ago"))
        let json = StatusCommands.json(report, reply).text
        #expect(json.hasPrefix("{\"schema\":1,\"verdict\":\"degraded\",\"converged\":false,\"reasons\":[\"n2 has not"))
        #expect(json.contains("\"log_bytes\":3250586"))
    }

    @Test func `a reply that is no status is not taken for one`() {
        #expect(NodeReport(.simpleString("OK")) == nil)
        #expect(NodeReport(.array([.integer(1)])) == nil)
        #expect(NodeReport(.map([])) == nil)
    }

    @Test func `conflicts are shown with what is seen and what is not`() throws {
        let reply = Self.map(
            [
                ("key", Self.text("cart")), ("siblings", .integer(2)), ("value", Self.text("pear")),
                ("losers", .array([Self.text("apple")])),
            ], isFlat: false)
        let report = try #require(ConflictReport(reply))
        #expect(
            ConflictsCommand.lines([report]) == [
                "KEY   SIBLINGS  SEEN    NOT SEEN",
                "cart  2         \"pear\"  \"apple\"",
                "",
                "Settle one by writing it: starling set KEY VALUE",
            ])
        #expect(
            report.json.text
                == "{\"key\":\"cart\",\"siblings\":2,\"seen\":\"pear\",\"not_seen\":[{\"value\":\"apple\"}]}")
        #expect(ConflictsCommand.lines([]) == ["No conflicts."])
    }

    @Test(arguments: [
        ("NOAUTH Authentication required.", ExitCode.refused), ("LOADING busy", .tryAgain),
        ("MISCONF disk", .inputOutput),
        ("ERR syntax error", .no), ("", .no),
    ])
    func `a server's refusal has an exit code`(text: String, code: ExitCode) {
        #expect(NodeClient.exitCode(forError: text) == code)
    }

    @Test func `waiting in vain names who differs and who is silent`() {
        let error = WaitCommand.failure("n1", differing: ["n2"], silent: ["n3", "n4"], after: .seconds(2))
        #expect(error.lines == ["starling: n2 and n1 still differ, n3, n4 cannot be reached after 2.0 s."])
        #expect(error.code == .tryAgain)
        let silent = WaitCommand.failure("n1", differing: [], silent: ["n3"], after: .milliseconds(300))
        #expect(silent.lines == ["starling: n3 cannot be reached after 300 ms."])
    }

    @Test func `a prefix is matched as it stands`() {
        #expect(GlobText.literal("a*b?[c]\\") == "a\\*b\\?\\[c\\]\\\\")
        #expect(GlobText.literal("user:42") == "user:42")
    }
}
