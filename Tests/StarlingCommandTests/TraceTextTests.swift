import Platform
import Testing

@testable import StarlingCommand

struct TraceTextTests {
    private static let time = WallTime(milliseconds: 1_795_144_320_123)

    private static func line(
        _ record: TraceRecord, format: ServeSettings.TraceFormat = .text, isForJournal: Bool = false,
        isColored: Bool = false
    ) -> String {
        TraceText(
            format: format, isForJournal: isForJournal, style: TerminalStyle(isOn: isColored), node: "n1",
            cluster: "tour"
        ).line(record, at: Self.time)
    }

    private static let record = TraceRecord(
        .info, "peer.joined", "peer joined", [.init("peer", "n2"), .init("why", "two words"), .init("key", "k\n")])

    @Test func `a line has time, level, event, message and fields`() {
        #expect(
            Self.line(Self.record)
                == "2026-11-20T03:12:00.123Z info    peer.joined      peer joined "
                + "peer=n2 why=\"two words\" key=\"k\\n\""
        )
    }

    @Test func `the journal gets a priority instead of a time`() {
        #expect(
            Self.line(TraceRecord(.error, "node.failed", "no"), isForJournal: true) == "<3>error   node.failed      no")
    }

    @Test func `JSON has the same names and the node's`() {
        #expect(
            Self.line(Self.record, format: .json)
                == "{\"ts\":\"2026-11-20T03:12:00.123Z\",\"level\":\"info\",\"event\":\"peer.joined\","
                + "\"msg\":\"peer joined\","
                + "\"node\":\"n1\",\"cluster\":\"tour\",\"peer\":\"n2\",\"why\":\"two words\",\"key\":\"k\\n\"}")
    }

    @Test func `no name stands twice in an object`() {
        let fields: [TraceRecord.Field] = [.init("cluster", "tour"), .init("node", "n2")]
        let line = Self.line(TraceRecord(.info, "a", "b", fields), format: .json)
        #expect(line.hasSuffix("\"msg\":\"b\",\"node\":\"n1\",\"cluster\":\"tour\",\"node_\":\"n2\"}"))
    }

    @Test func `colour is only used where it is wanted`() {
        let warning = TraceRecord(.warning, "a", "b")
        #expect(!Self.line(warning).contains("\u{1B}"))
        #expect(Self.line(warning, isColored: true).contains("\u{1B}[33mwarning\u{1B}[0m"))
    }

    @Test func `keys are cut at 64 bytes between characters`() {
        let line = Self.line(TraceRecord(.info, "a", "b", [.init("key", String(repeating: "é", count: 40))]))
        #expect(line.hasSuffix("key=\"" + String(repeating: "é", count: 32) + "…\""))
    }

    @Test func `a warning that repeats is shown again with a count`() {
        var repeats = TraceRepeats()
        let warning = TraceRecord(.warning, "peer.lost", "gone", [.init("peer", "n2")])
        let other = TraceRecord(.warning, "peer.lost", "gone", [.init("peer", "n3")])
        let start = Instant(nanoseconds: 1)
        #expect(repeats.admit(warning, at: start) == warning)
        #expect(repeats.admit(warning, at: start + .seconds(29)) == nil)
        #expect(repeats.admit(other, at: start + .seconds(29)) == other)
        #expect(repeats.admit(warning, at: start + .milliseconds(29_999)) == nil)
        #expect(repeats.admit(warning, at: start + .seconds(30))?.fields.last == .init("repeated", "2"))
        #expect(repeats.admit(warning, at: start + .seconds(60)) == warning)
        let info = TraceRecord(.info, "peer.joined", "again")
        #expect(repeats.admit(info, at: start) == info)
        #expect(repeats.admit(info, at: start) == info)
    }

    @Test func `what is remembered of warnings is bounded`() {
        var repeats = TraceRepeats()
        for number in 0..<(TraceRepeats.limit + 10) {
            _ = repeats.admit(
                TraceRecord(.warning, "e\(number)", ""), at: Instant(nanoseconds: UInt64(number)))
        }
        let first = TraceRecord(.warning, "e0", "")
        let last = TraceRecord(.warning, "e\(TraceRepeats.limit + 9)", "")
        #expect(repeats.admit(last, at: Instant(nanoseconds: 1000)) == nil)
        #expect(repeats.admit(first, at: Instant(nanoseconds: 1000)) == first)
    }
}
