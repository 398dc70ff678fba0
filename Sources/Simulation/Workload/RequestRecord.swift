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
            case .nothing: "nothing to do"
            case .busy: "busy"
            case .refused(let error): "refused: \(error)"
            case .unavailable: "unavailable"
            }
        return
            "request \(self.ordinal) at \(SimulatedTime.text(self.time)): \(self.name), n\(self.node + 1), \(outcome)"
    }
}
