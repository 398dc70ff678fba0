package import Causality
package import DataModel

/// What became of a record from another peer.
package enum Reception: Hashable, Sendable {
    /// Its dot had been seen.
    case ignored(Dot)
    /// Its dot is new, but a live record covers it already.
    case covered(RecordLayout)
    /// It is live now. `conflict`: readers see it beside others.
    case applied(RecordLayout, conflict: Bool, SlotID)

    /// Whether the dot had been seen.
    package var isIgnored: Bool {
        switch self {
        case .ignored: true
        case .covered, .applied: false
        }
    }
}
