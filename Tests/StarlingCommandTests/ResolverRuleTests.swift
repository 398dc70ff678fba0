import DataModel
import Testing

@testable import StarlingCommand

struct ResolverRuleTests {
    @Test(arguments: [
        ("cart:*=union", "cart:", "union"), ("*=lww", "", "lww"), ("counter", "", "counter"),
        ("a=b*=keep-all", "a=b", "keep-all"),
    ])
    func `a rule is a prefix and a name`(text: String, prefix: String, name: String) throws {
        let rule = try ResolverRule.parse(text).get()
        #expect(rule.prefix == Key(prefix))
        #expect(rule.resolver.name == name)
    }

    @Test(arguments: ["cart:=union", "c*t*=union", "cart:*=", "=union", ""])
    func `what is no rule is refused`(text: String) {
        #expect(throws: ResolverRule.Malformed.self) { try ResolverRule.parse(text).get() }
    }

    @Test func `an unknown resolver is named`() {
        #expect(throws: ResolverRule.Malformed.unknown("unoin")) { try ResolverRule.parse("*=unoin").get() }
    }
}
