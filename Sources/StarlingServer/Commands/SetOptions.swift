/// What may follow a key and a value in `SET`.
struct SetOptions {
    enum Condition {
        case always
        case ifAbsent
        case ifPresent
    }

    enum Expiry {
        case none
        case keep
        /// In milliseconds since 1970.
        case at(UInt64)
    }

    var condition = Condition.always
    var expiry = Expiry.none
    var returnsPrevious = false
}
