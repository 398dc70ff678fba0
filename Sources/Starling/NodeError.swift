/// Why a node could not do what it was asked: what happened, and what to do.
public struct NodeError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure. More may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case addressInUse, directoryLocked, corruption, storageFull, storageFailed, configuration, tooLarge
            case notANumber, undecided, closed, alreadyRunning, timeout, coding, busy, system, unsupported, outdated
            case notLeader
            case unresolved
            case refused
        }

        private let kind: Kind

        /// Another process listens on the port.
        public static let addressInUse = Code(kind: .addressInUse)
        /// Another process, or another node of this one, has the directory open.
        public static let directoryLocked = Code(kind: .directoryLocked)
        /// Something that was on disk is damaged.
        public static let corruption = Code(kind: .corruption)
        /// The disk is full. Reads go on, and writes will when there is room.
        public static let storageFull = Code(kind: .storageFull)
        /// The disk failed; the node only reads until it is opened anew.
        public static let storageFailed = Code(kind: .storageFailed)
        /// The configuration cannot be carried out.
        public static let configuration = Code(kind: .configuration)
        /// A key, value or batch is beyond its bound.
        public static let tooLarge = Code(kind: .tooLarge)
        /// The value is not a 64-bit whole number, or the sum would not be one.
        public static let notANumber = Code(kind: .notANumber)
        /// The key has siblings and its resolver leaves the choice to the reader.
        public static let undecided = Code(kind: .undecided)
        /// The node is closed or closing.
        public static let closed = Code(kind: .closed)
        /// ``Node/run()`` was called a second time.
        public static let alreadyRunning = Code(kind: .alreadyRunning)
        /// Not as many peers as asked for acknowledged the write in time. It stays written here.
        public static let timeout = Code(kind: .timeout)
        /// A value could not be encoded or decoded.
        public static let coding = Code(kind: .coding)
        /// Too many requests wait.
        public static let busy = Code(kind: .busy)
        /// The directory was written by a newer version.
        public static let unsupported = Code(kind: .unsupported)
        /// The context to resume from is so old that deletes after it are forgotten: begin anew without one.
        public static let outdated = Code(kind: .outdated)
        /// In leader mode, another node takes writes, or none does at the moment.
        public static let notLeader = Code(kind: .notLeader)
        /// The node led, and leads no more: whether the write will be applied is not known.
        public static let unresolved = Code(kind: .unresolved)
        /// Other nodes did not agree.
        public static let refused = Code(kind: .refused)
        /// The operating system refused something else.
        public static let system = Code(kind: .system)

        /// The message and what to do about it, or the name of the code.
        public var description: String { self.kind.rawValue }
    }

    /// Which kind of failure it is.
    public var code: Code
    /// What happened, where, in one sentence.
    public var message: String
    /// What to do about it; empty if there is nothing to say.
    public var hint: String
    /// The error beneath, if there is one.
    public var cause: (any Error)?

    /// An error of this kind.
    public init(code: Code, message: String, hint: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// The message and what to do about it, or the name of the code.
    public var description: String {
        self.hint.isEmpty ? self.message : "\(self.message) \(self.hint)"
    }
}
