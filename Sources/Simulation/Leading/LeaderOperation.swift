package import Platform

/// What a client of a cluster in leader mode asked for, when, and what it was told.
package struct LeaderOperation: Sendable {
    /// What was asked for.
    package enum Request: Hashable, Sendable {
        case read
        /// Writes a value that no other request writes.
        case write(Int64)
        /// Writes such a value if there is none.
        case writeIfAbsent(Int64)
        /// Adds one.
        case increment
        case delete

        /// Whether what it leaves, and not only what it answers, depends on what was there.
        package var dependsOnState: Bool {
            switch self {
            case .read, .write: false
            case .writeIfAbsent, .increment, .delete: true
            }
        }
    }

    /// What it was told; nil if it never was.
    package enum Answer: Hashable, Sendable {
        /// A read's value, nil for none; an increment's sum.
        case value(Int64?)
        /// A write's or a delete's success; false when the condition did not hold.
        case done(Bool)
    }

    /// What was asked.
    package let request: Request
    /// When: nothing of it had happened before.
    package let asked: Instant
    /// What came back.
    package var answer: Answer?
    /// When; the distant future if nothing did, for it may be carried out at any time.
    package var answered = Instant.distantFuture

    /// An operation that was asked for.
    package init(_ request: Request, at asked: Instant) {
        self.request = request
        self.asked = asked
    }
}
