/// Finds what was probably meant by a word that does not exist.
enum Spelling {
    /// The distance beyond which words are different words.
    static let limit = 2

    /// Returns the candidate that differs from `word` by at most two slips, the nearest, then the first.
    ///
    /// A candidate that is no longer than the slips is never proposed: it would match anything.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        var best: (distance: Int, candidate: String)?
        for candidate in candidates where candidate.count > Self.limit {
            let distance = Self.distance(word, candidate)
            if distance <= Self.limit && distance < (best?.distance ?? .max) {
                best = (distance, candidate)
            }
        }
        return best?.candidate
    }

    /// Returns ` Did you mean PREFIXcandidate?`, or nothing if no candidate is near.
    static func hint(for word: String, among candidates: [String], prefix: String = "", suffix: String = "") -> String {
        Self.nearest(to: word, among: candidates).map { " Did you mean \(prefix)\($0)\(suffix)?" } ?? ""
    }

    /// Returns how many insertions, deletions, substitutions and swaps of neighbours turn one word into
    /// the other: the optimal string alignment distance.
    ///
    /// - Complexity: O(*n* × *m*); both words are cut at 64 characters, for they may be anything.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.prefix(64))
        let right = Array(right.prefix(64))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (character == other ? 0 : 1))
                if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
