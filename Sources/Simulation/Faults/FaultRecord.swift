package import Platform

/// One fault that was done in a run.
package struct FaultRecord: Hashable, Sendable, CustomStringConvertible {
    /// Its number in the run, from 1.
    package let ordinal: Int
    package let kind: ClusterFault
    /// The number of the node it was done to, from 0.
    package let node: Int
    /// Simulated time since the beginning.
    package let time: Delay

    /// `fault 3 at 1.204 s: crash, n2`.
    package var description: String {
        "fault \(self.ordinal) at \(SimulatedTime.text(self.time)): \(self.kind.rawValue), n\(self.node + 1)"
    }
}
