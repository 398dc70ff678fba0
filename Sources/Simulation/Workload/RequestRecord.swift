package import Platform

/// One request that a client made in a run.
package struct RequestRecord: Sendable, CustomStringConvertible {
    /// Its number in the run, from 1.
    package let ordinal: Int
    /// What was asked for, in a word.
    package let name: String
    /// The number of the node that was asked, from 0.
    package let node: Int
    /// Simulated time since the beginning.
    package let time: Delay
    /// What came of it.
    package let outcome: ClientOutcome
    /// Keys and dots of what it wrote; empty until ``explain(by:)``.
    private var written = ""

    /// Notes a request.
    package init(ordinal: Int, name: String, node: Int, time: Delay, outcome: ClientOutcome) {
        self.ordinal = ordinal
        self.name = name
        self.node = node
        self.time = time
        self.outcome = outcome
    }

    /// `request 17 at 1.204 s: put, n2, taken`.
    package var description: String {
        let outcome =
            switch self.outcome {
            case .written: "taken"
            case .nothing: "nothing written"
            case .busy: "busy"
            case .refused(let error): "refused: \(error)"
            case .unavailable: "unavailable"
            }
        let moment = SimulatedTime.text(self.time)
        return
            "request \(self.ordinal) at \(moment): \(self.name), n\(self.node + 1), \(outcome)\(self.written)"
    }

    /// Adds what was written, which the history knows.
    mutating func explain(by history: WriteHistory) {
        guard case .written(let last) = self.outcome, history.writes.indices.contains(last) else { return }
        let count = history.writes[last].batch?.count ?? 1
        let writes = history.writes[max(0, last + 1 - count)...last]
        self.written = ": " + writes.map { "\(history.name(of: $0.key)) \($0.dot)" }.joined(separator: ", ")
    }
}
