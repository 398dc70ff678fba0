package import RESP
package import Replication

/// What the faces of a node tell about it, beyond what the replica knows itself.
package struct ServerConfiguration: Sendable {
    /// This program's version, for example `0.1.0`.
    package var version: String
    /// The version of Redis whose commands these are; clients choose their features by it.
    package var compatibleVersion: String
    package var name: String
    /// The port really listened on.
    package var port: UInt16
    package var bind: String
    /// The data directory.
    package var dataPath: String
    package var durability: Durability
    /// Whether a node that does not lead passes requests on to the one that does, or says where that is.
    package var forwards: Bool
    /// Whether `STARLING LINK` is allowed.
    package var allowsFaults: Bool
    /// The operating system's number of this process; 0 if it is not known.
    package var processID: Int
    /// Clients at once; one more is told so and closed.
    package var maximumClients: Int
    /// Bytes in one line of the plaintext protocol, its end not counted.
    package var maximumLineLength: Int
    /// Bounds on requests in the Redis protocol.
    package var requests: RESPLimits

    package init(version: String, name: String, port: UInt16, dataPath: String) {
        self.version = version
        self.compatibleVersion = "7.2.4"
        self.name = name
        self.port = port
        self.bind = "127.0.0.1"
        self.dataPath = dataPath
        self.durability = .always
        self.forwards = true
        self.allowsFaults = false
        self.processID = 0
        self.maximumClients = 10_000
        self.maximumLineLength = 1024 * 1024
        self.requests = RESPLimits()
    }
}
