/// A step of a coding path: a member's name or an element's index.
struct JSONCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(index: Int) {
        self.stringValue = "Index \(index)"
        self.intValue = index
    }

    init(stringValue: String) {
        self.stringValue = stringValue
        self.intValue = nil
    }

    init(intValue: Int) {
        self.stringValue = String(intValue)
        self.intValue = intValue
    }

    /// Where a class keeps its superclass's members, unless it names a key of its own.
    static let superclass = JSONCodingKey(stringValue: "super")
}
