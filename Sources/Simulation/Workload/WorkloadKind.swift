/// The kinds of load that a seed can draw, alone or together.
///
/// A load of backups and restores, once there are any, is one more case here and one more ``Workload``.
package enum WorkloadKind: String, Sendable, CaseIterable {
    /// Puts, deletes, increments, batches and stale writes on the same few keys.
    case mixed
    /// Overwrites and reads, each client hearing of its own writes again.
    case registers
    /// Increments alone, whose sum is known at every moment.
    case counters
    /// Sets of items, read, changed and written back by what was read.
    case carts
    /// Groups of keys that are only ever written together.
    case batches
    /// Values that expire, looked at in every way there is.
    case expiry
    /// Scans in small pages, while what they visit is written.
    case scans
    /// Writes that happen only if the key is absent, present, or unchanged.
    case conditions
    /// Readers of change feeds, slow and forgetful, who keep copies.
    case watches
    /// Requests sent without waiting for replies, over the simulated network.
    case sessions

    /// Registers of a cluster in leader mode, whose history must be linearizable.
    case leader

    /// The kinds that clusters without a leader are put under.
    package static let leaderless = WorkloadKind.allCases.filter { $0 != .leader }

    /// Makes the workload on a cluster that is not started yet.
    package func make(on cluster: SimulatedCluster, _ mix: WorkloadMix) -> any Workload {
        switch self {
        case .mixed: MixedWorkload(mix, on: cluster)
        case .registers: RegisterWorkload(on: cluster)
        case .counters: CounterWorkload()
        case .carts: CartWorkload(on: cluster)
        case .batches: BatchWorkload(on: cluster)
        case .expiry: ExpiryWorkload(on: cluster)
        case .scans: ScanWorkload(on: cluster)
        case .conditions: ConditionWorkload(on: cluster)
        case .watches: WatchWorkload(on: cluster)
        case .sessions: SessionWorkload(on: cluster)
        case .leader: LeaderWorkload(on: cluster)
        }
    }
}
