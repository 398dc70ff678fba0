import Testing

@testable import StarlingCommand

struct SpellingTests {
    @Test(arguments: [
        ("port", "port", 0), ("prot", "port", 1), ("stauts", "status", 1), ("", "abc", 3), ("resolvr", "resolver", 1),
        ("kitten", "sitting", 3), ("unoin", "union", 1),
    ])
    func `the distance counts slips and swaps once`(left: String, right: String, distance: Int) {
        #expect(Spelling.distance(left, right) == distance)
        #expect(Spelling.distance(right, left) == distance)
    }

    @Test func `the nearest word within two slips is proposed`() {
        let words = ["port", "peers", "resolver", "ip"]
        #expect(Spelling.nearest(to: "prot", among: words) == "port")
        #expect(Spelling.nearest(to: "reslover", among: words) == "resolver")
        #expect(Spelling.nearest(to: "cluster", among: words) == nil)
        #expect(Spelling.nearest(to: "xy", among: words) == nil)
    }
}
