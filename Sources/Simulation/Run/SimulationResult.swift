package import Platform

/// What came of one seed.
package struct SimulationResult: Sendable {
    /// Which seed it was.
    package var seed: UInt64
    /// The hash of all that happened: the same in every process.
    package var traceHash: UInt64
    /// What did not hold; nil if all did.
    package var violation: Violation?
    /// Requests that clients made.
    package var requests: Int
    /// Writes that nodes took, batches' members each.
    package var writes: Int
    /// Writes whose clients were told so.
    package var acknowledged: Int
    /// From the beginning to the end, in simulated time.
    package var simulatedTime: Delay
    /// From the mending of everything until all nodes were equal.
    package var healingTime: Delay
    /// Events of the simulated world.
    package var events: UInt64
    /// Conversations that ended well, over all nodes and both sides.
    package var conversations: UInt64
    /// Times that a node packed segments together.
    package var compactions: UInt64
    /// Index snapshots that nodes wrote.
    package var snapshots: UInt64
    /// Nodes that had a floor at the end: tombstones were dropped there, and newcomers need a snapshot.
    package var floors: Int
    /// Faults that were done, by name, in a fixed order; those that were not are left out.
    package var faults: [(name: String, count: Int)]
    /// Everything that has happened, faults and ways out of them.
    package var coverage: CoverageReport
    /// The cluster that the seed drew, in words.
    package var cluster: String
    /// How many nodes it has.
    package var nodeCount: Int
    /// The faults that were done, in their order.
    package var faultRecords: [FaultRecord]
    /// The requests that were made, in their order.
    package var requestRecords: [RequestRecord]
    /// The writes that the violation concerns, at most ``ConcernedWrite/limit``.
    package var concerned: [ConcernedWrite]
    /// The last diagnostics, as many as ``SimulationOptions/traceKept`` asks for.
    package var trace: [TraceLine]

    /// The same without what only a failure is examined by, which is most of its size.
    package var withoutRecords: SimulationResult {
        var result = self
        result.faultRecords = []
        result.requestRecords = []
        return result
    }

    /// One line for people.
    package var summary: String {
        let faults = self.faults.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        let outcome = self.violation == nil ? "ok" : "FAILED"
        return "seed \(self.seed): \(outcome), \(self.cluster); \(self.writes) writes, \(self.acknowledged) "
            + "acknowledged, \(self.conversations) conversations, \(self.simulatedTime.wholeMilliseconds) ms, equal "
            + "after \(self.healingTime.wholeMilliseconds) ms; faults: \(faults.isEmpty ? "none" : faults)"
    }
}
