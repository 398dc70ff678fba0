package import Platform

/// One diagnostic of a node.
public struct TraceLine: Sendable {
    /// How much it matters, least first.
    public enum Level: Int, Sendable, Comparable {
        case debug, info, notice, warning, error

        /// Whether the left level matters less.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// How much it matters.
    public var level: Level
    /// A stable dotted identifier, for example `peer.connected`.
    public var event: String
    /// A sentence for people. Never holds a value.
    public var message: String
    /// Named details, in order.
    public var fields: [(name: String, value: String)]

    package init(_ record: TraceRecord) {
        self.level = Level(rawValue: record.level.rawValue) ?? .info
        self.event = record.event
        self.message = record.message
        self.fields = record.fields.map { ($0.name, $0.value) }
    }
}
