/// Why a directory got a new peer ID when it was opened.
package enum MintReason: Hashable, Sendable {
    /// It had none: it is new.
    case newDirectory
    /// Nothing proves that it is the directory that was last written, with all that others know of it: no
    /// lock file, none that can be read, or one that withholds the proof since writes were told of before
    /// they were durable.
    case unproven
    /// Its identity file, or a segment, is not the one that was written there: the directory, or its log
    /// alone, was copied or restored.
    case copied
}
