package import Platform

/// Bounds on what a roster remembers.
package enum RosterLimits {
    /// Members in all.
    package static let members = 1024
    /// Addresses of one member.
    package static let addresses = 8
    /// Names to be resolved.
    package static let names = 256
    /// Addresses that one name may resolve to.
    package static let resolved = 64
    /// Addresses known to be this node's own.
    package static let ownAddresses = 256
    /// Links cut on purpose.
    package static let cuts = 1024
    /// Peer IDs remembered as having left.
    package static let departed = 4096
    /// Peers remembered as forgotten.
    package static let forgotten = 1024
    /// Ranges of void sequences remembered of one peer, the highest.
    package static let voidRanges = 128
    /// Peers that may be in the midst of being forgotten.
    package static let suspended = 1024
    /// A name that could not be resolved is tried again after this; it doubles up to ``resolvePause``.
    package static let resolveRetry = Delay.milliseconds(250)
    /// How often names are resolved again.
    package static let resolvePause = Delay.seconds(30)
    /// After this long a member known by hearsay only, that has never answered, is dropped.
    package static let hearsay = Delay.seconds(600)
}
