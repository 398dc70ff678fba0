/// How a conversation, or an attempt at one, ended, as far as the schedule is concerned.
package enum TalkResult: Hashable, Sendable {
    /// It ended well. `exchanged` is whether any record went either way.
    case parted(exchanged: Bool)
    /// The other side has a conversation with this one under way already.
    case busy
    case failed
}
