/// One diagnostic. Never called log: that word is the replicated log's.
package struct TraceRecord: Hashable, Sendable {
    package enum Level: Int, Hashable, Comparable, Sendable {
        case debug, info, notice, warning, error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// A named detail.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var level: Level
    /// A stable dotted identifier, for example `peer.joined`.
    package var event: String
    /// A sentence for people. Never holds a value.
    package var message: String
    package var fields: [Field]

    package init(_ level: Level, _ event: String, _ message: String, _ fields: [Field] = []) {
        self.level = level
        self.event = event
        self.message = message
        self.fields = fields
    }
}
