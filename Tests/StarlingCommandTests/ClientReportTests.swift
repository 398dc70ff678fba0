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
        let lines = StatusCommands.lines(report, style: TerminalStyle(isOn: false))
        #expect(lines.contains("n1 is receiving a snapshot from n2: 12 records, 900 bytes, for 3 s."))
    }

    @Test(arguments: [false, true])
    func `a cluster that is well is shown as a table`(isFlat: Bool) throws {
        let peers = [
            Self.peer("n2", 9001, state: "up", missing: 0, isFlat: isFlat),
            Self.peer("n3", 9002, state: "up", missing: 0, isFlat: isFlat),
        ]
        let report = try #require(NodeReport(Self.status(peers, isFlat: isFlat)))
        #expect(report.reasons.isEmpty)
        #expect(
            StatusCommands.lines(report, style: TerminalStyle(isOn: false)) == [
                "tour   3 nodes   converged   1 204 keys, 3.1 MiB log",
                "",
                "  NAME  ADDRESS         STATE  MISSING  LAST CONTACT",
                "  n1*   127.0.0.1:9000  up     -        -",
                "  n2    127.0.0.1:9001  up     0        12 ms ago",
                "  n3    127.0.0.1:9002  up     0        12 ms ago",
                "",
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
        let lines = StatusCommands.lines(report, style: TerminalStyle(isOn: false))
        #expect(
            lines.prefix(5) == [
                "tour   1 of 3 nodes   degraded, serving   1 204 keys, 3.1 MiB log",
                "",
                "  n2 has not answered for 8.0 s (127.0.0.1:9001, connection refused)",
                "  the link to n3 is cut (heal it: starling link heal 127.0.0.1:9002)",
                "",
            ])
        #expect(lines.contains("  n2    127.0.0.1:9001  away   37       8.0 s ago"))
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
