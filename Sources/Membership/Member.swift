package import Causality
package import Platform

/// A peer as the roster sees it.
package struct Member: Hashable, Sendable {
    /// A number within one roster, never used again.
    package struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let rawValue: UInt64

        package init(rawValue: UInt64) {
            self.rawValue = rawValue
        }

        package static func < (left: ID, right: ID) -> Bool {
            left.rawValue < right.rawValue
        }

        package var description: String {
            "#\(self.rawValue)"
        }
    }

    /// Its number in the roster.
    package let id: ID
    /// Numeric addresses, the one to try next first.
    package internal(set) var addresses: [NetworkAddress] = []
    /// How it became known.
    package internal(set) var sources: PeerSources
    /// Its peer ID, once it has greeted.
    package internal(set) var peer: PeerID?
    /// Its peer ID as beacons or other peers say; it has not said so itself yet.
    package internal(set) var claimed: PeerID?
    /// The node's name; hearsay until it has greeted.
    package internal(set) var name: String?
    /// Whether the last attempt to talk succeeded.
    package internal(set) var isReachable = false
    /// When it became known, or was last heard of by a beacon.
    package internal(set) var lastHeard: Instant
    /// When it was last talked to; nil for never.
    package internal(set) var lastContact: Instant?
    /// Why the last attempt failed; nil if it did not.
    package internal(set) var lastFailure: String?
    /// Who was here was forgotten.
    var isVacant = false
    var beaconIncarnation: UInt64?
    var beaconCounter: UInt64 = 0

    init(id: ID, sources: PeerSources, at now: Instant) {
        self.id = id
        self.sources = sources
        self.lastHeard = now
    }

    /// Whether it is known by hearsay only: then it may be dropped again.
    var isHearsay: Bool {
        self.peer == nil && !self.isMeant
    }

    /// Whether a person or the application has named it.
    package var isMeant: Bool {
        !self.sources.isDisjoint(with: .meant)
    }
}
