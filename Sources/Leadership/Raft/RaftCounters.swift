/// What was refused, since the node started. Each number only grows.
package struct RaftCounters: Hashable, Sendable {
    /// Messages of a term that is over.
    package internal(set) var staleMessages: UInt64 = 0
    /// Messages that contradict themselves or what is decided: nobody who keeps the rules sends them.
    package internal(set) var impossibleMessages: UInt64 = 0
    /// Answers of somebody who is not a member, or to a question that is not asked, or no longer.
    package internal(set) var unaskedAnswers: UInt64 = 0
    /// Requests for a vote that were answered with no, or not at all while a leader was heard.
    package internal(set) var refusedVotes: UInt64 = 0
    /// Elections this node stood in.
    package internal(set) var candidacies: UInt64 = 0
    /// Elections this node won.
    package internal(set) var victories: UInt64 = 0
    /// Times this node stopped leading.
    package internal(set) var abdications: UInt64 = 0
    /// Entries that were given up for a later leader's.
    package internal(set) var truncatedEntries: UInt64 = 0
    /// Pairs of claims that overlapped.
    package internal(set) var splitBrains: UInt64 = 0

    package init() {}
}
