import Simulation
import Testing

/// The search for a small part of a list that is enough.
struct DeltaDebuggingTests {
    @Test(arguments: [[1], [100], [50], [3, 97], [1, 2, 3], [10, 40, 41, 90], Array(20...35)])
    func `exactly what is needed is left`(needed: [Int]) {
        let found = DeltaDebugging.minimum(of: Array(1...100)) { Set($0).isSuperset(of: needed) }
        #expect(found == needed)
    }

    @Test func `nothing is left if nothing is needed`() {
        #expect(DeltaDebugging.minimum(of: Array(1...100)) { _ in true } == [])
        #expect(DeltaDebugging.minimum(of: []) { _ in true } == [])
    }

    @Test func `one of many is found in a logarithmic number of tries`() {
        var tries = 0
        let found = DeltaDebugging.minimum(of: Array(0..<1024)) { part in
            tries += 1
            return part.contains(700)
        }
        #expect(found == [700])
        #expect(tries <= 22)
    }

    @Test func `of what is left no single element can be left out`() {
        // Three of these four, whichever: not monotonic, as runs of a simulator are.
        let fails: ([Int]) -> Bool = { part in Set(part).intersection([3, 30, 60, 90]).count == 3 || part.count == 99 }
        let found = DeltaDebugging.minimum(of: Array(1...99), fails: fails)
        #expect(fails(found))
        for index in found.indices {
            var fewer = found
            fewer.remove(at: index)
            #expect(!fails(fewer))
        }
    }

    @Test func `a search that gives up ends soon, with what it has`() {
        var tries = 0
        let found = DeltaDebugging.minimum(of: Array(1...1000)) { part in
            tries += 1
            return tries < 4 && part.contains(1)
        }
        #expect(found.contains(1))
        #expect(tries < 2000)
    }
}
