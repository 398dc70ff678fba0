import DataModel

/// Increments, up and down, of a few counters. ``CounterChecker`` knows their sums at every moment.
final class CounterWorkload: Workload {
    private var random = SimulationRandom(seed: 0)
    let lastRequest = "increment"

    private static let keyCount = 3

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let key = ClusterSettings.counterPrefix.description + "n\(self.random.below(CounterWorkload.keyCount))"
        return client.increment(Key(key), by: Int64(self.random.below(2000)) - 1000)
    }
}
