/// What of a seed's run takes place: everything, or what is left of it after shrinking.
package struct SimulationSelection: Hashable, Sendable {
    /// The requests that are made; nil for all.
    package var requests: OrdinalSet?
    /// The faults that are done; nil for all.
    package var faults: OrdinalSet?
    /// How many nodes there are; nil for as many as the seed draws.
    package var nodes: Int?

    /// Clusters of other sizes are not simulated.
    package static let possibleNodes = 2...16

    /// A selection; everything unless told otherwise.
    package init(requests: OrdinalSet? = nil, faults: OrdinalSet? = nil, nodes: Int? = nil) {
        self.requests = requests
        self.faults = faults
        self.nodes = nodes
    }

    /// The flags of `starling sim` that select this, each after a space; empty for everything.
    package var arguments: String {
        (self.nodes.map { " --nodes \($0)" } ?? "") + (self.faults.map { " --only-faults \($0)" } ?? "")
            + (self.requests.map { " --only-requests \($0)" } ?? "")
    }
}
