/// Makes a failing run small: fewer nodes, faults and requests, as long as the same invariant is violated.
///
/// Every try is a whole run. The order is by what it saves: a run without faults is easiest to
/// understand, then one with fewer kinds of them; requests are the most numerous.
final class CaseShrinker {
    private let seed: UInt64
    private let options: SimulationOptions
    private let invariant: Invariant
    private let runsMaximum: Int
    private let isOver: () -> Bool
    /// As many nodes as the run had at first.
    private let nodesAtFirst: Int
    /// The smallest failing run so far.
    private(set) var best: SimulationResult
    /// How many runs were tried.
    private(set) var runs = 0
    /// Whether nothing more can be left out, as far as was tried.
    private(set) var isMinimal = false

    /// A shrinker of a result that has a violation of `invariant`.
    init(
        _ result: SimulationResult, of invariant: Invariant, options: SimulationOptions, runsMaximum: Int,
        until isOver: @escaping () -> Bool
    ) {
        self.seed = result.seed
        self.options = options
        self.invariant = invariant
        self.runsMaximum = runsMaximum
        self.isOver = isOver
        self.nodesAtFirst = result.nodeCount
        self.best = result
    }

    /// Tries until nothing can be left out any more, or the bound is reached.
    func shrink() {
        // What comes after the violation plays no part.
        guard self.fails() else { return }
        var size = Int.max
        while self.size < size, !self.isExhausted {
            size = self.size
            self.leaveKindsOut()
            self.leaveNodesOut()
            self.leaveFaultsOut()
            self.leaveRequestsOut()
        }
        self.isMinimal = !self.isExhausted
    }

    private var size: Int { self.best.requestRecords.count + self.best.faultRecords.count + self.best.nodeCount }
    private var isExhausted: Bool { self.runs >= self.runsMaximum || self.isOver() }

    private func leaveKindsOut() {
        for kind in ClusterFault.allCases where self.best.faultRecords.contains(where: { $0.kind == kind }) {
            _ = self.fails(faults: self.best.faultRecords.filter { $0.kind != kind }.map(\.ordinal))
        }
    }

    private func leaveNodesOut() {
        for count in SimulationSelection.possibleNodes.prefix(while: { $0 < self.best.nodeCount }) {
            if self.fails(nodes: count) { return }
        }
    }

    private func leaveFaultsOut() {
        _ = DeltaDebugging.minimum(of: self.best.faultRecords.map(\.ordinal)) { self.fails(faults: $0) }
    }

    private func leaveRequestsOut() {
        _ = DeltaDebugging.minimum(of: self.best.requestRecords.map(\.ordinal)) { self.fails(requests: $0) }
    }

    /// Whether the same invariant is violated with these, and the best so far otherwise; if so, that run
    /// is the best so far.
    private func fails(requests: [Int]? = nil, faults: [Int]? = nil, nodes: Int? = nil) -> Bool {
        guard !self.isExhausted else { return false }
        self.runs += 1
        let count = nodes ?? self.best.nodeCount
        var options = self.options
        options.selection = SimulationSelection(
            requests: OrdinalSet(requests ?? self.best.requestRecords.map(\.ordinal)),
            faults: OrdinalSet(faults ?? self.best.faultRecords.map(\.ordinal)),
            nodes: count == self.nodesAtFirst ? self.options.selection.nodes : count)
        let result = SimulationRun(seed: self.seed, options: options).run()
        guard result.violation?.invariant == self.invariant else { return false }
        self.best = result
        return true
    }
}
