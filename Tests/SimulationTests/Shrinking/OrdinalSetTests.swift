import Simulation
import Testing

/// Sets of ordinal numbers as they stand on a command line.
struct OrdinalSetTests {
    @Test func `numbers become ranges, and ranges are read back`() {
        let set = OrdinalSet([3, 1, 2, 7, 9, 10, 7])
        #expect(set.description == "1..3,7,9..10")
        #expect(set.count == 6)
        #expect(OrdinalSet(parsing: set.description) == set)
        #expect((0...12).filter { set.contains($0) } == [1, 2, 3, 7, 9, 10])
    }

    @Test func `an empty set has a word`() {
        #expect(OrdinalSet([Int]()).description == "none")
        #expect(OrdinalSet(parsing: "none")?.count == 0)
    }

    @Test func `ranges that touch are one`() {
        #expect(OrdinalSet(parsing: "1..3,4,5..9")?.description == "1..9")
    }

    @Test(arguments: [
        "", "0", "-1", "3..1", "1..2..3", "1...3", "1,,2", "5,4", "1..5,5", "a", "1 ", "1234567890", "+1",
    ])
    func `anything else is refused`(text: String) {
        #expect(OrdinalSet(parsing: text) == nil)
    }

    @Test func `each number draws for itself, and what is left out moves nothing`() {
        var all = OrdinalDraws(SimulationRandom(seed: 1), only: nil)
        var some = OrdinalDraws(SimulationRandom(seed: 1), only: OrdinalSet([2]))
        var (first, _) = (all.next(), some.next())
        #expect(all.isOn)
        #expect(!some.isOn)
        let drawn = first.next()
        var (second, same) = (all.next(), some.next())
        #expect(some.isOn)
        let again = second.next()
        #expect(again == same.next())
        #expect(again != drawn)
    }
}
