/// An answer, and the position up to which the log must be synced before it is given.
struct Held<Answer: Sendable>: Sendable {
    var answer: Answer
    var until: UInt64

    init(_ answer: Answer, until: UInt64 = 0) {
        self.answer = answer
        self.until = until
    }
}
