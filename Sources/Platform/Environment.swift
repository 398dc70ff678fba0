/// The world a node lives in: the real machine, or a simulated one.
///
/// Everything that is not a pure function of a node's own past comes through here. All calls are
/// made on the node's one thread.
package protocol Environment: AnyObject {
    associatedtype Files: FileSystem
    associatedtype Net: Network

    var files: Files { get }
    var network: Net { get }

    /// The monotonic clock.
    var now: Instant { get }
    /// The wall clock.
    var wallNow: WallTime { get }
    /// 64 bits nobody can guess: for peer IDs, challenges and jitter. Seeded in a simulation.
    func random() -> UInt64
    /// Appends what has happened since the last call, without waiting.
    func takeEvents(into events: inout [Event])
    /// Hands over a diagnostic.
    func trace(_ record: TraceRecord)
}
