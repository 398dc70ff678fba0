import Platform

/// The last diagnostics of a run, as many as were asked for.
final class TraceWindow {
    private let limit: Int
    private var kept: [TraceLine] = []
    /// The place of the oldest, once the window is full.
    private var oldest = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Adds a line, and drops the oldest if there are too many. O(1).
    func add(_ line: TraceLine) {
        guard self.limit > 0 else { return }
        if self.kept.count < self.limit {
            self.kept.append(line)
        } else {
            self.kept[self.oldest] = line
            self.oldest = (self.oldest + 1) % self.limit
        }
    }

    /// The lines, the oldest first.
    var lines: [TraceLine] { Array(self.kept[self.oldest...] + self.kept[..<self.oldest]) }
}
