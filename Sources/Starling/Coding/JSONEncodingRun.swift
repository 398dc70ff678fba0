/// What all encoders of one call share.
///
/// `Encoder` asks for containers by methods that cannot throw; what goes wrong there is kept here and
/// thrown at the end.
final class JSONEncodingRun {
    /// Values that may be encoded inside each other, those without a container of their own included.
    static let maximumDescents = 4 * JSONValueCoder.maximumDepth

    /// The first thing that went wrong.
    private(set) var failure: (codingPath: [any CodingKey], reason: String)?

    func fail(at codingPath: [any CodingKey], _ reason: String) {
        if self.failure == nil { self.failure = (codingPath, reason) }
    }
}
