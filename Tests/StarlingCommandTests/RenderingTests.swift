import Platform
import Testing

@testable import StarlingCommand

struct RenderingTests {
    @Test func `a table's columns are as wide as their widest cells`() {
        var table = TextTable(columns: ["NAME", "STATE", "X"])
        table.add(["n1*", "up"])
        table.add(["a-long-name", "late", "1", "dropped"])
        #expect(
            table.lines() == [
                "  NAME         STATE  X",
                "  n1*          up",
                "  a-long-name  late   1",
            ])
    }

    @Test func `JSON is escaped and keeps its order`() {
        let value = JSON.answer([
            ("b", .array([.null, .boolean(true), .integer(-1), .double(1.5), .double(.nan)])),
            ("a", .string("\"\\\n\u{1}é\u{1F426}\u{7F}")), ("n", .unsigned(.max)),
            JSON.bytes("v", [0xFF, 0x00]), JSON.bytes("w", Array("ü".utf8)),
        ])
        #expect(
            value.text
                == "{\"schema\":1,\"b\":[null,true,-1,1.5,null],\"a\":\"\\\"\\\\\\n\\u0001é\u{1F426}\\u007f\","
                + "\"n\":18446744073709551615,\"v_base64\":\"/wA=\",\"w\":\"ü\"}")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648 section 10`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test(
        arguments: [
            (400_000, "0.4 ms"), (9_999_999, "9.9 ms"), (38_000_000, "38 ms"), (1_250_000_000, "1.2 s"),
            (252_000_000_000, "4m12s"), (3_660_000_000_000, "1h1m"), (273_600_000_000_000, "3d4h"), (0, "0.0 ms"),
        ] as [(UInt64, String)])
    func `times are short`(nanoseconds: UInt64, text: String) {
        #expect(PlainText.time(nanoseconds: nanoseconds) == text)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (3_250_586, "3.1 MiB"), (.max, "16383.9 PiB"),
        ] as [(UInt64, String)])
    func `sizes are short`(bytes: UInt64, text: String) {
        #expect(PlainText.size(bytes) == text)
    }

    @Test func `numbers are grouped and nouns counted`() {
        #expect(PlainText.grouped(0) == "0")
        #expect(PlainText.grouped(1_204_331) == "1 204 331")
        #expect(PlainText.counted(1, "key") == "1 key")
        #expect(PlainText.counted(1000, "key") == "1 000 keys")
    }

    @Test func `values stay on one line`() {
        #expect(PlainText.escaped(Array("a\tb\n\u{1B}[31m\\".utf8)) == "a\\tb\\n\\x1b[31m\\\\")
        #expect(PlainText.escaped([0x61, 0xFF, 0x00]) == "a\\xff\\x00")
        #expect(PlainText.quoted(Array("say \"hi\"".utf8)) == "\"say \\\"hi\\\"\"")
        #expect(PlainText.quoted(Array("abcdef".utf8), limit: 3) == "\"abc…\"")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_144_320_123, "2026-11-20T03:12:00.123Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(UInt64, String)])
    func `dates are those of the calendar`(milliseconds: UInt64, text: String) {
        #expect(UTCTime.text(WallTime(milliseconds: milliseconds)) == text)
    }
}
