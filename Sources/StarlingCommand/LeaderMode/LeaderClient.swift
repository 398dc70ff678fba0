import Platform

/// A connection to the node that leads, found by way of the one that the flags name.
enum LeaderClient {
    /// The leader as the node knows it, and what that says of the mode. The caller closes the connection.
    ///
    /// - Throws: with code `tryAgain` when nobody is known to lead.
    static func connect(_ settings: Settings) throws(CommandError) -> (client: NodeClient, report: ModeReport) {
        let client = try NodeClient(settings)
        let report: ModeReport
        do throws(CommandError) {
            report = try ModeReport(of: client)
            guard report.isLeaderMode else { return (client, report) }
            guard let address = NetworkAddress(parsing: report.leaderAddress) else {
                throw CommandError(
                    .tryAgain,
                    "no leader is known to \(report.name) in term \(report.term). An election takes well "
                        + "under a second once a majority can be reached; see starling topology")
            }
            guard report.role != "leader" else { return (client, report) }
            let (_, timeout) = try NodeClient.target(settings)
            let leader = NodeClient(try NodeConnection(to: address, timeout: timeout))
            client.connection.close()
            return (leader, try ModeReport(of: leader))
        } catch {
            client.connection.close()
            throw error
        }
    }
}
