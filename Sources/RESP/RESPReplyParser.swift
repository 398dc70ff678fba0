/// Reads the replies that a server sends.
///
/// Replies are read element by element, with the levels that are open kept in a list and not on the call
/// stack. So a reply that arrives in pieces is never read twice, and a deep one harms nothing. An array
/// grows by the elements that arrive: the number that its header declares allocates nothing.
package struct RESPReplyParser: Sendable {
    /// A reply that waits for its elements.
    private struct Level: Sendable {
        enum Kind: Sendable {
            case array
            case map
            case set
            case push
            /// The attributes of the reply that follows.
            case attributes
            /// A reply whose attributes have been read.
            case attributed([RESPMapEntry])
        }

        var kind: Kind
        /// The elements still to come, 1 or more; a map's keys and values count one each.
        var remaining: Int
        var elements: [RESPValue] = []
    }

    /// What was found at a position: either an element with the position after it, or why there is none.
    enum Found {
        case element(RESPValue, next: Int)
        case level(type: UInt8, count: Int, next: Int)
        case incomplete
        case failed(RESPReplyError)
    }

    /// The bounds on a reply.
    package let limits: RESPReplyLimits

    /// How many bytes of the line at the next call's offset are known to hold no line end.
    var scanned = 0

    /// The replies that have begun and wait for elements, the outermost first.
    private var levels: [Level] = []

    /// The elements that this reply has declared so far, through all its levels.
    private var declaredElements = 0

    /// The bytes of this reply that earlier calls have taken in.
    private var takenBytes = 0

    /// Creates a parser for one connection.
    package init(limits: RESPReplyLimits = RESPReplyLimits()) {
        self.limits = limits
    }

    /// Parses the reply that starts or goes on at `offset` in `bytes`.
    ///
    /// - Precondition: `0 <= offset <= bytes.count`; after ``RESPReplyResult/incomplete(next:)`` the bytes
    ///   at `offset` are those that were at `next`, and more.
    /// - Complexity: O(*n*) in the bytes that are new since the last call. A bulk string that has not
    ///   arrived whole costs O(1) a call.
    package mutating func parse(_ bytes: borrowing Span<UInt8>, from offset: Int) -> RESPReplyResult {
        precondition(offset >= 0 && offset <= bytes.count, "offset \(offset) outside of \(bytes.count) bytes")
        let end = offset + self.limits.maximumReplyLength - self.takenBytes
        var position = offset
        while true {
            let reply: RESPValue?
            switch self.readElement(bytes, at: position) {
            case .element(let value, let next):
                position = next
                reply = self.add(value)
            case .level(let type, let count, let next):
                position = next
                switch self.open(type, count: count) {
                case .success(let completed): reply = completed
                case .failure(let error): return self.fail(error)
                }
            case .incomplete:
                self.takenBytes += position - offset
                return .incomplete(next: position)
            case .failed(let error):
                return self.fail(error)
            }
            guard position <= end else { return self.fail(.replyTooLong) }
            if let reply {
                self.declaredElements = 0
                self.takenBytes = 0
                return .complete(reply, next: position)
            }
        }
    }

    private mutating func fail(_ error: RESPReplyError) -> RESPReplyResult {
        self.levels = []
        self.declaredElements = 0
        self.takenBytes = 0
        self.scanned = 0
        return .failed(error)
    }

    /// Begins a reply of `count` elements; returns the outermost reply if that completes it.
    private mutating func open(_ type: UInt8, count: Int) -> Result<RESPValue?, RESPReplyError> {
        guard self.levels.count < self.limits.maximumDepth else { return .failure(.tooDeep) }
        guard count <= self.limits.maximumElements else { return .failure(.tooManyElements) }
        let kind: Level.Kind
        var remaining = count
        switch type {
        case UInt8(ascii: "%"):
            kind = .map
            remaining = count * 2
        case UInt8(ascii: "|"):
            kind = .attributes
            remaining = count * 2
        case UInt8(ascii: "~"): kind = .set
        case UInt8(ascii: ">"): kind = .push
        default: kind = .array
        }
        // Attributes are followed by one reply more, so they always have an element to wait for.
        self.declaredElements += max(remaining, 1)
        guard self.declaredElements <= self.limits.maximumElements else { return .failure(.tooManyElements) }
        self.levels.append(Level(kind: kind, remaining: remaining))
        return .success(remaining == 0 ? self.closeCompleteLevels() : nil)
    }

    /// Adds an element to the innermost level; returns the outermost reply if that completes it.
    private mutating func add(_ value: RESPValue) -> RESPValue? {
        guard !self.levels.isEmpty else { return value }
        self.levels[self.levels.count - 1].elements.append(value)
        self.levels[self.levels.count - 1].remaining -= 1
        return self.closeCompleteLevels()
    }

    /// Makes a value of each level that has all its elements, from the innermost outwards.
    private mutating func closeCompleteLevels() -> RESPValue? {
        while let level = self.levels.last, level.remaining == 0 {
            self.levels.removeLast()
            let value: RESPValue
            switch level.kind {
            case .array: value = .array(level.elements)
            case .set: value = .set(level.elements)
            case .push: value = .push(level.elements)
            case .map: value = .map(Self.entries(level.elements))
            case .attributes:
                self.levels.append(Level(kind: .attributed(Self.entries(level.elements)), remaining: 1))
                continue
            case .attributed(let attributes):
                // Its one element was just added, or the level would not be complete.
                value = .attributed(attributes, level.elements[0])
            }
            guard !self.levels.isEmpty else { return value }
            self.levels[self.levels.count - 1].elements.append(value)
            self.levels[self.levels.count - 1].remaining -= 1
        }
        return nil
    }

    /// Pairs keys with values; `elements` has an even number of them.
    private static func entries(_ elements: [RESPValue]) -> [RESPMapEntry] {
        stride(from: 0, to: elements.count - 1, by: 2).map { index in
            RESPMapEntry(key: elements[index], value: elements[index + 1])
        }
    }
}
