/// How much of what the mixed workload does; drawn from a seed.
package struct WorkloadMix: Sendable {
    /// What one request is.
    package enum Request: Int, Sendable, CaseIterable {
        case put, delete, increment, batch, expiringPut, read, stalePut, staleDelete

        /// What the request is called in reports.
        package var name: String {
            switch self {
            case .put: "put"
            case .delete: "delete"
            case .increment: "increment"
            case .batch: "batch"
            case .expiringPut: "put with expiry"
            case .read: "read"
            case .stalePut: "put by token"
            case .staleDelete: "delete by token"
            }
        }
    }

    /// Per request its weight, in the order of the cases.
    package var weights: [Int]
    /// Keys per prefix; few, so that they are contended for.
    package var keysPerPrefix: Int
    /// What keys begin with, and so by whom they are viewed.
    package var prefixes: [String]
    /// The longest value. Some are longer than a small segment.
    package var valueLength: Int

    /// Draws a mix.
    package init(_ random: inout SimulationRandom) {
        self.weights = Request.allCases.map { _ in random.chance(0.25) ? 0 : 1 + random.below(8) }
        self.weights[Request.put.rawValue] = 4 + random.below(8)
        self.keysPerPrefix = [1, 2, 4, 8, 32][random.below(5)]
        if random.chance(0.35) {
            // Much deleting, and writing by what was read before: tombstones are dropped and floors rise.
            self.weights = Request.allCases.map { [.delete, .stalePut, .read].contains($0) ? 8 : 2 }
            self.keysPerPrefix = 1 + random.below(3)
        }
        self.prefixes = ["", "lww/", "all/", "set/", "odd/"].filter { _ in random.chance(0.6) }
        if self.prefixes.isEmpty { self.prefixes = [""] }
        self.valueLength = [8, 40, 200, 1500, 9000][random.below(5)]
    }

    /// Draws what the next request is.
    package func draw(_ random: inout SimulationRandom) -> Request {
        var rest = random.below(self.weights.reduce(0, +))
        for request in Request.allCases {
            rest -= self.weights[request.rawValue]
            if rest < 0 { return request }
        }
        return .put
    }
}
