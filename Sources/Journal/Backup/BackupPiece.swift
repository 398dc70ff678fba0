import Causality

/// What one frame of a backup says.
enum BackupPiece {
    case opening(BackupTitle)
    case since(CausalContext)
    /// The bytes, and where in them the records lie, each behind its length.
    case records([UInt8], [Range<Int>])
    case kept(CausalContext)
    case context(CausalContext)
    case floor(VersionVector)
    case end
}
