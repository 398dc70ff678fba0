/// Why a directory got a new peer ID when it was opened.
package enum MintReason: Hashable, Sendable {
    /// It had none: it is new.
    case newDirectory
    /// Nothing proves that it is the directory that was last written, with all that others know of it: there
    /// is no lock file, or none that can be read.
    case unproven
    /// The lock file withholds the proof, since writes were told of before they were durable and the
    /// directory was not closed in good order.
    case withheld
    /// Its identity file is not the one that was written there: the directory was copied or restored.
    case copied
    /// The identity is the one that was written there, but a segment is not: the log alone was copied or
    /// restored.
    case logCopied
    /// There is no segment under the identity. Each new identity begins one, so either nothing was ever
    /// written under this one, or its log was lost, or replaced by one from before its time.
    case logMissing
    /// The log was damaged below what had been synced, and was put aside.
    case damaged
    /// Something was cut off the log's end. It may have been on its way to the disk, and then nobody knows of
    /// it. But it may have been synced, told of and damaged since: no mark says so of the last group of frames.
    case torn
}
