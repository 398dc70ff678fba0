import Platform

/// How a simulated disk behaves: its speed, and which faults are on. All faults are off at first.
///
/// Rates are probabilities from 0 to 1, drawn once for each call or step.
package struct StorageConditions: Hashable, Sendable {
    /// Time for a write to be taken.
    package var write = DelayRange(.microseconds(10), .microseconds(60))
    /// Time for a sync of a file or a directory.
    package var sync = DelayRange(.microseconds(200), .milliseconds(2), slowRate: 0.01)
    /// Time to rename, remove or close.
    package var metadata = DelayRange(.microseconds(5), .microseconds(30))
    /// Time to prepare a file, whatever its size.
    package var prepare = DelayRange(.microseconds(500), .milliseconds(5), slowRate: 0.01)
    /// Makes everything that many times slower.
    package var slowness: UInt64 = 1

    /// A sync fails once and drops the pages it should have written.
    package var syncFailureRate = 0.0
    /// A read fails.
    package var readErrorRate = 0.0
    /// A write fails, and writes nothing.
    package var writeErrorRate = 0.0
    /// After a write the system brings the file's pending sectors to the medium by itself.
    package var writeBackRate = 0.0
    /// Bytes the disk has room for; nil for no bound.
    package var capacity: UInt64?

    /// A quick disk without faults or bounds.
    package init() {}
}
