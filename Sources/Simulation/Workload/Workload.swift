/// One kind of load on a simulated cluster: what it prepares, what one request is, and what must hold.
///
/// Workloads run together on one cluster, each on keys of its own. When requests are made is not
/// theirs to say: ``ClientLoad`` asks for them.
package protocol Workload: AnyObject {
    /// Prepares, on a cluster whose nodes have just been started and before anything fails.
    func setUp()

    /// What the last request is called in reports.
    var lastRequest: String { get }

    /// Makes one request as a client of one node, and says what came of it.
    ///
    /// - Parameters:
    ///   - ordinal: the request's number in the run.
    ///   - random: what it draws from, and nothing else, so that leaving a request out leaves all others
    ///     as they were.
    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome

    /// Checks what holds at every moment.
    ///
    /// - Throws: a finding about what does not.
    func check() throws(Finding)

    /// No more requests are made: what is under way is finished.
    func stop()

    /// Whether everything is finished that ``stop()`` left under way.
    var isAtRest: Bool { get }

    /// Checks what holds once the cluster has converged and this workload is at rest.
    ///
    /// - Throws: a finding about what does not.
    func checkAtRest() throws(Finding)
}

extension Workload {
    package func setUp() {}
    package func check() throws(Finding) {}
    package func stop() {}
    package var isAtRest: Bool { true }
    package func checkAtRest() throws(Finding) {}
}
