import Platform
import PosixPlatform
import Replication
import Starling
import StarlingServer

extension ServeSettings {
    /// The settings as the library takes them, with the faces of the node's port.
    ///
    /// - Parameter trace: receives diagnostics.
    func nodeConfiguration(secret: [UInt8]?, trace: TraceWriter) -> NodeConfiguration {
        var configuration = NodeConfiguration(name: self.name)
        configuration.cluster = self.cluster
        configuration.port = self.port
        configuration.bind = self.bind
        configuration.advertise = self.advertise
        configuration.peers = self.peers
        configuration.discovery = self.discovery
        configuration.secret = secret
        configuration.resolvers = self.resolvers
        configuration.durability = self.durability
        configuration.mode = self.mode
        configuration.acknowledgement = self.acknowledgement
        configuration.minimumFree = self.minimumFree
        configuration.lagBudget = self.lagBudget
        configuration.allowsFaults = self.allowsFaults
        configuration.trace = { line in
            let level = TraceRecord.Level(rawValue: line.level.rawValue) ?? .info
            trace.write(level, line.event, line.message, line.fields)
        }
        configuration.faces = { replica, address in
            let port = NetworkAddress(parsing: address)?.port ?? self.port
            return ServerFaces(configuration: self.serverConfiguration(port: port)).makeSessionFactory(replica: replica)
        }
        return configuration
    }

    private func serverConfiguration(port: UInt16) -> ServerConfiguration {
        var server = ServerConfiguration(
            version: ProgramVersion.current, name: self.name, port: port, dataPath: self.data)
        server.bind = self.bind
        server.forwards = self.forwards
        server.allowsFaults = self.allowsFaults
        server.processID = Int(ProcessFacts.processID)
        switch self.durability {
        case .everyWrite: server.durability = .always
        case .interval(let milliseconds): server.durability = .interval(.milliseconds(milliseconds))
        case .never: server.durability = .never
        }
        return server
    }
}
