/// What came of a seed, and what came up in it.
package struct ClusterReport: Sendable {
    package let seed: UInt64
    /// What was violated, in a sentence; nil if nothing was.
    package internal(set) var violation: String?
    package internal(set) var events = 0
    package internal(set) var elections = 0
    package internal(set) var decided = 0
    package internal(set) var truncations = 0
    package internal(set) var snapshots = 0
    package internal(set) var crashes = 0
    package internal(set) var pauses = 0
    package internal(set) var reads = 0
    package internal(set) var acknowledged = 0
    package internal(set) var unresolved = 0
    package internal(set) var changes = 0
    package internal(set) var transfers = 0
    package internal(set) var splitBrains = 0
    /// A hash of all that was decided, which two runs of one seed share.
    package internal(set) var hash: UInt64 = 0
}
