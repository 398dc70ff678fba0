import ByteCoding
import Causality
import DataModel

// Bytes of a message in leader mode; numbers are varints unless said otherwise.
//
//   position       = index | term
//   entry          = kind u8 | index - that of the entry before, left out | term | content
//     start        = nothing
//     payload      = length | bytes
//     electorate   = count | peer u64 ... | count | peer u64 ...        voters, learners
//   preVoteRequest, voteRequest = term | position of the last entry | transfer u8
//   preVoteAnswer, voteAnswer   = term | requested term | granted u8
//   append         = term | round | position in front | commit | count | entry ...
//   appendAnswer   = term | round | outcome u8 | what it needs
//     matched      = index
//     conflict     = refused index | position
//     fenced       = count (0 or 1) | peer u64
//   snapshot       = term | round | position | voters and learners
//   timeoutNow     = term

/// The constants of the wire format. Changing one shuts out every older member.
package enum RaftFormat {
    /// Bytes in one entry's payload: the records of a batch, each with its context.
    package static let payloadLength = DataLimits.recordLength + DataLimits.batchLength
    /// Entries in one message.
    package static let entryCount = 4096

    /// The first byte of a message.
    enum Kind: UInt8 {
        case preVoteRequest = 1
        case preVoteAnswer = 2
        case voteRequest = 3
        case voteAnswer = 4
        case append = 5
        case appendAnswer = 6
        case snapshot = 7
        case timeoutNow = 8
    }

    /// The first byte of an entry.
    enum EntryKind: UInt8 {
        case start = 1
        case payload = 2
        case electorate = 3
    }

    /// The outcome byte of an answer.
    enum OutcomeKind: UInt8 {
        case matched = 1
        case conflict = 2
        case fenced = 3
    }
}
