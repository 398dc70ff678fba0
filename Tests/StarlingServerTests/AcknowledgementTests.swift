import Causality
import Leadership
import Platform
import Replication
import Simulation
import StarlingServer
import Testing

/// What an OK promises in leader mode, and what each way to acknowledge may lose.
struct AcknowledgementTests {
    private func cluster(_ seed: UInt64, _ acknowledgement: Acknowledgement) throws -> LeaderCluster {
        let cluster = try LeaderCluster(seed: seed) { configuration, server in
            configuration.acknowledgement = acknowledgement
            server.forwards = false
        }
        #expect(cluster.lead())
        #expect(cluster.leader == 1)
        return cluster
    }

    /// Cuts the first node off from the other two.
    private func isolate(_ cluster: LeaderCluster) {
        cluster.fabric.cut("10.0.0.1", "10.0.0.2")
        cluster.fabric.cut("10.0.0.1", "10.0.0.3")
    }

    /// The node that leads among the second and third.
    private func successor(_ cluster: LeaderCluster) throws -> Int {
        #expect(
            cluster.run {
                let name = cluster.replicas[1]?.leader?.name
                return name != nil && name != "n1" && name == cluster.replicas[2]?.leader?.name
            })
        let name = try #require(cluster.replicas[1]?.leader?.name)
        return try #require(Int(String(name.dropFirst())))
    }

    @Test(arguments: [Acknowledgement.majority, .semiSynchronous])
    func `a leader that reaches nobody does not say OK, and its write comes back as a sibling`(
        acknowledgement: Acknowledgement
    ) throws {
        let cluster = try self.cluster(1, acknowledgement)
        let client = cluster.connect(1)
        #expect(cluster.ask(client, "SET k before") == "+OK|")
        self.isolate(cluster)
        let answer = cluster.ask(client, "SET k lost")
        #expect(
            answer.hasPrefix("-ERR this node does not lead any more: whether this write will be applied is not known"))
        let next = cluster.connect(try self.successor(cluster))
        #expect(cluster.run { cluster.ask(next, "SET k after") == "+OK|" })
        cluster.fabric.healAll()
        #expect(
            cluster.run {
                let siblings = cluster.ask(next, "STARLING SIBLINGS k")
                return siblings.contains("|lost|") && siblings.contains("|after|")
            })
    }

    @Test func `an asynchronous OK may be overtaken, and then it is a sibling`() throws {
        let cluster = try self.cluster(2, .asynchronous)
        let client = cluster.connect(1)
        #expect(cluster.ask(client, "SET k before") == "+OK|")
        self.isolate(cluster)
        #expect(cluster.ask(client, "SET k early") == "+OK|")
        let next = cluster.connect(try self.successor(cluster))
        #expect(cluster.run { cluster.ask(next, "SET k after") == "+OK|" })
        cluster.fabric.healAll()
        #expect(
            cluster.run {
                let siblings = cluster.ask(next, "STARLING SIBLINGS k")
                return siblings.contains("|early|") && siblings.contains("|after|")
            })
    }

    @Test func `a synchronous write waits for the last node, a majority write does not`() throws {
        for (acknowledgement, isAnswered) in [(Acknowledgement.majority, true), (.synchronous, false)] {
            let cluster = try self.cluster(3, acknowledgement)
            cluster.kill(3)
            let answer = cluster.ask(cluster.connect(1), "SET k v", within: 2)
            #expect(answer == (isAnswered ? "+OK|" : ""))
        }
    }

    @Test(arguments: 1...5)
    func `a leader that was stopped past its lease does not answer with what is old`(seed: UInt64) throws {
        let cluster = try self.cluster(seed, .majority)
        let client = cluster.connect(1)
        #expect(cluster.ask(client, "SET k old") == "+OK|")
        cluster.machines[0].pause()
        let next = cluster.connect(try self.successor(cluster))
        #expect(cluster.run { cluster.ask(next, "SET k new") == "+OK|" })
        // What is asked while it is stopped is the first that it sees when it goes on.
        _ = cluster.ask(client, "GET k", within: 1)
        cluster.machines[0].resume()
        let answer = cluster.ask(client, bytes: [])
        #expect(answer.hasPrefix("-"))
        #expect(cluster.run { cluster.ask(client, "GET k").contains("leader is n") })
    }
}
