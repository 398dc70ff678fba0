import DataModel
import Journal
import Leadership
import Platform
import PosixPlatform
import Replication

extension NodeConfiguration {
    /// Bytes of the log's end that a node keeps in memory: reading a value that was written lately asks nothing of
    /// the system. A quarter of what the keys of a million records take.
    private static let recentLength = 32 * 1024 * 1024

    /// The configuration as the replica wants it.
    ///
    /// - Throws: ``NodeError`` with code `configuration`, which says what cannot be and what could.
    func checked(directory: String) throws(NodeError) -> ReplicaConfiguration {
        guard !directory.isEmpty else { throw NodeError.misconfigured("the data directory has no name.") }
        try self.check(name: self.name, of: "node")
        try self.check(name: self.cluster, of: "cluster")
        var result = ReplicaConfiguration(
            name: self.name, cluster: self.cluster, listen: NetworkAddress(host: self.bind, port: self.port),
            journal: JournalConfiguration(
                cluster: self.cluster, createdBy: "starling", processID: UInt64(ProcessFacts.processID)))
        result.secret = self.secret
        result.resolvers = self.resolvers
        result.allowsFaults = self.allowsFaults
        result.minimumFree = self.minimumFree
        result.lagBudget = self.lagBudget
        result.limits = self.limits
        result.durability =
            switch self.durability {
            case .everyWrite: .always
            case .interval(let milliseconds): .interval(.milliseconds(max(1, milliseconds)))
            case .never: .never
            }
        result.acknowledgement =
            switch self.acknowledgement {
            case .asynchronous: .asynchronous
            case .semiSynchronous: .semiSynchronous
            case .majority: .majority
            case .synchronous: .synchronous
            }
        result.journal.keepsProof = result.durability == .always
        result.journal.recentLength = NodeConfiguration.recentLength
        if let secret, secret.isEmpty { throw NodeError.misconfigured("the cluster secret is empty.") }
        if let advertise {
            guard let address = NetworkAddress(parsing: advertise, defaultPort: self.port) else {
                throw NodeError.misconfigured("advertised address \"\(advertise)\" is not HOST or HOST:PORT.")
            }
            guard address.host != "0.0.0.0", address.host != "::" else {
                throw NodeError.misconfigured(
                    "advertised address \(advertise) cannot be dialled by peers; give one that they can reach.")
            }
            result.advertise = address
        }
        for peer in self.peers {
            guard let address = NetworkAddress(parsing: peer, defaultPort: NodeConfiguration.defaultPort) else {
                throw NodeError.misconfigured("peer \"\(peer)\" is not HOST or HOST:PORT.")
            }
            result.peers.append(address)
        }
        if case .multicast(let group, let interface) = self.discovery {
            guard let address = NetworkAddress(parsing: group), NodeConfiguration.isMulticast(address.host) else {
                throw NodeError.misconfigured(
                    "discovery group \"\(group)\" is not a multicast ADDRESS:PORT such as \(Self.defaultGroup).")
            }
            result.discovery = MulticastGroup(address: address)
            result.discoveryInterface = interface
        }
        return result
    }

    private func check(name: String, of what: String) throws(NodeError) {
        guard (1...255).contains(name.utf8.count), name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw NodeError.misconfigured("the \(what)'s name must have 1 to 255 bytes and no control characters.")
        }
    }

    private static func isMulticast(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, !parts.contains(nil), let first = parts[0] else { return false }
        return (224...239).contains(first)
    }
}

extension NodeError {
    static func misconfigured(_ message: String) -> NodeError {
        NodeError(code: .configuration, message: message)
    }
}

extension Delay {
    /// A negative duration is none; one beyond 500 years is as long as can be told.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else {
            self = .zero
            return
        }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        self.init(nanoseconds: overflow || carried ? .max : sum)
    }
}
