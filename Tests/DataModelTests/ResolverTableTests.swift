import DataModel
import Testing

struct ResolverTableTests {
    private static func name(_ table: ResolverTable, _ key: Key) -> String {
        table.resolver(for: key.bytes.span).name
    }

    @Test func `the longest prefix that matches decides`() {
        var table = ResolverTable()
        table[prefix: "a"] = .keepAll
        table[prefix: "abc"] = .counter
        table[prefix: "ab"] = .union
        let names = ["", "b", "a", "ax", "ab", "abx", "abc", "abcd"].map { Self.name(table, Key($0)) }
        #expect(names == ["version", "version", "keep-all", "keep-all", "union", "union", "counter", "counter"])
    }

    @Test func `a prefix can be replaced and removed`() {
        var table = ResolverTable(fallback: .lastWriterWins)
        table[prefix: "a"] = .keepAll
        table[prefix: "a"] = .counter
        #expect(table[prefix: "a"]?.name == "counter" && table[prefix: "b"] == nil)
        #expect(table.announcement == ["*=lww", "a*=counter"])
        table[prefix: "a"] = nil
        #expect(Self.name(table, "a") == "lww")
    }

    @Test func `the empty prefix is the fallback`() {
        var table = ResolverTable(fallback: .keepAll)
        #expect(table[prefix: ""]?.name == "keep-all")
        table[prefix: ""] = .union
        #expect(Self.name(table, "anything") == "union" && table.fallback.name == "union")
        table[prefix: ""] = nil
        #expect(table.fallback.name == "version")
    }

    @Test func `the announcement does not depend on the order of configuration`() {
        var one = ResolverTable()
        one[prefix: "x"] = .union
        one[prefix: "ab"] = .counter
        one[prefix: "cd"] = .keepAll
        var two = ResolverTable()
        two[prefix: "cd"] = .keepAll
        two[prefix: "ab"] = .counter
        two[prefix: "x"] = .union
        #expect(one.announcement == two.announcement)
        #expect(one.announcement == ["*=version", "ab*=counter", "cd*=keep-all", "x*=union"])
    }

    @Test func `rules that judge singles are announced to the reader's fast path`() {
        var table = ResolverTable()
        #expect(!table.judgesSingles)
        table[prefix: "s"] = Resolver(named: "strict", isIdentityOnSingle: false) { _, _ in .absent }
        #expect(table.judgesSingles)
        table[prefix: "s"] = nil
        #expect(!table.judgesSingles)
        table.fallback = Resolver(named: "strict", isIdentityOnSingle: false) { _, _ in .absent }
        #expect(table.judgesSingles && ResolverTable(fallback: table.fallback).judgesSingles)
        table[prefix: ""] = nil
        #expect(!table.judgesSingles)
    }
}
