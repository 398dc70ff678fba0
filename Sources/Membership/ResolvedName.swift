package import Causality
package import Platform

/// A name among the addresses, and what it stands for.
package struct ResolvedName: Hashable, Sendable {
    /// The name and the port of all behind it.
    package let name: NetworkAddress
    /// How it became known.
    package internal(set) var sources: PeerSources
    /// Whose name it is, if it was given for one peer.
    package let peer: PeerID?
    /// What it resolved to last.
    package internal(set) var addresses: [NetworkAddress] = []
    /// Why the last attempt failed; nil if it did not.
    package internal(set) var failure: String?
    /// Attempts that have failed since the last that did not.
    var failures: UInt64 = 0
    var nextResolve: Instant
}
