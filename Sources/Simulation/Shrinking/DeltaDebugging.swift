/// Finds a small part of a list that is enough for something to fail: the algorithm ddmin of Zeller and
/// Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, section 3.
package enum DeltaDebugging {
    /// Returns a part of `elements`, in their order, that fails and of which no single element can be
    /// left out, unless `fails` gave up before.
    ///
    /// - Parameters:
    ///   - elements: a list that is known to fail.
    ///   - fails: whether a part fails. Returning false for everything ends the search soon.
    /// - Complexity: `fails` is called O(n²) times at the worst, and O(log n) times if one element is
    ///   enough.
    package static func minimum(of elements: [Int], fails: ([Int]) -> Bool) -> [Int] {
        guard !elements.isEmpty, !fails([]) else { return [] }
        var rest = elements
        var partCount = 2
        while rest.count >= 2 {
            let parts = DeltaDebugging.parts(of: rest, partCount)
            if let part = parts.first(where: fails) {
                (rest, partCount) = (part, 2)
            } else if partCount > 2, let complement = DeltaDebugging.complement(in: parts, fails) {
                (rest, partCount) = (complement, partCount - 1)
            } else if partCount < rest.count {
                partCount = min(partCount * 2, rest.count)
            } else {
                break
            }
        }
        return rest
    }

    /// The first that fails of the lists that lack one part each. With two parts they are the parts.
    private static func complement(in parts: [[Int]], _ fails: ([Int]) -> Bool) -> [Int]? {
        for index in parts.indices {
            let complement = parts.indices.flatMap { $0 == index ? [] : parts[$0] }
            if fails(complement) { return complement }
        }
        return nil
    }

    /// So many parts of nearly equal length.
    private static func parts(of elements: [Int], _ count: Int) -> [[Int]] {
        (0..<count).map { part in
            Array(elements[(part * elements.count / count)..<((part + 1) * elements.count / count)])
        }
    }
}
