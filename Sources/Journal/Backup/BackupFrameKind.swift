/// What a frame of a backup is; see ``BackupFormat``. The numbers are part of the format.
enum BackupFrameKind: UInt8 {
    case opening = 1
    case since = 2
    case records = 3
    case kept = 4
    case context = 5
    case floor = 6
    case end = 7
}
