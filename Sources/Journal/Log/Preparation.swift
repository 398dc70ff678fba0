/// A spare file being prepared by a background job.
struct Preparation {
    var id: UInt64
    var path: String
    var length: UInt64
}
