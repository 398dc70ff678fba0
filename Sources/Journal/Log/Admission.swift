/// Whether so many bytes can be appended.
package enum Admission: Hashable, Sendable {
    /// There is allocated space for them.
    case now
    /// Space is being prepared; ask again after the end of the next storage job.
    case later
    /// There is none, and none is in sight: the storage is full, or has failed.
    case refused(JournalError)
}
