/// What a frame's payload is. The numbers are part of the log's format; zero is never a kind.
enum FrameKind: UInt8 {
    /// One encoded record.
    case record = 1
    /// The frames that follow belong together.
    case batch = 2
    /// Dots that have been seen, though no record of theirs may be here.
    case join = 3
    /// Dots of a key whose records left the live set without a successor that covers them.
    case gone = 4
    /// Sequences below which tombstones may have been collected.
    case floor = 5
    /// How far the log was known to be synced.
    case mark = 6
    /// A vote in an election; leader mode writes it.
    case ballot = 7
    /// Records proposed in a term; leader mode writes it.
    case leadershipEntry = 8
    /// How far entries are decided; leader mode writes it.
    case commit = 9
    /// Entries given up; leader mode writes it.
    case truncation = 10
    /// What is remembered of frames that a compaction left out.
    case summary = 11
}
