/// What a fuzzer can be set upon: each takes any bytes at all.
///
/// A target ends normally, however wrong its bytes are. It throws a ``FuzzFinding`` where the code under
/// it breaks a promise, and stops the process where that code runs into a trap or a sanitizer.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// The request and reply parsers, and a session of the Redis protocol.
    case resp
    /// Commands in the Redis protocol, one to a line of the input.
    case commands
    /// A session of plaintext lines.
    case plaintext
    /// A session of HTTP.
    case http
    /// Frames, messages and whole conversations, in both roles, with a node behind them.
    case conversation
    /// Datagrams of the multicast group.
    case beacon
    /// Encoded records and contexts.
    case record
    /// A data directory whose segment is not as it was written.
    case segment
    /// A data directory whose index snapshot is not as it was written.
    case snapshot
    /// A backup that is read and restored.
    case backup
    /// The configuration file and the command line.
    case configuration
    /// JSON text for the default coder of values.
    case json

    /// Does what the target does with `bytes`.
    ///
    /// - Throws: a ``FuzzFinding``, or an error that none of these bytes should have brought about.
    func run(_ bytes: [UInt8]) throws {
        switch self {
        case .resp: try RESPFuzzing.run(bytes)
        case .commands: try CommandFuzzing.run(bytes)
        case .plaintext: try TextFuzzing.run(bytes, firstBytes: Array("GSDPHQgsx".utf8))
        case .http: try TextFuzzing.run(bytes, firstBytes: Array("GHPgO".utf8))
        case .conversation: try ConversationFuzzing.run(bytes)
        case .beacon: try BeaconFuzzing.run(bytes)
        case .record: try RecordFuzzing.run(bytes)
        case .segment: try SegmentFuzzing.run(bytes)
        case .snapshot: try SnapshotFuzzing.run(bytes)
        case .backup: try BackupFuzzing.run(bytes)
        case .configuration: try ConfigurationFuzzing.run(bytes)
        case .json: try JSONFuzzing.run(bytes)
        }
    }
}
