import Causality
import Leadership
import Platform
import Replication
import Simulation
import Testing

/// Followers that pass their clients' requests on to the leader.
struct ForwardingTests {
    private func cluster(_ seed: UInt64) throws -> LeaderCluster {
        let cluster = try LeaderCluster(seed: seed)
        #expect(cluster.lead())
        #expect(cluster.leader == 1)
        return cluster
    }

    private func pipeline(_ requests: [String]) -> [UInt8] {
        requests.flatMap { TestClient.encode($0) }
    }

    @Test(arguments: 1...3)
    func `a client of a follower reads and writes as one of the leader does`(seed: UInt64) throws {
        let cluster = try self.cluster(seed)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, "SET k v") == "+OK|")
        #expect(cluster.ask(client, "GET k") == "$1|v|")
        #expect(cluster.ask(cluster.connect(3), "INCRBY n 5") == ":5|")
        #expect(cluster.ask(client, "INCR n") == ":6|")
        #expect(cluster.ask(client, "INCR k") == "-ERR value is not an integer or out of range|")
        #expect(cluster.ask(client, "HELLO 3").contains("|$4|role|$7|replica|"))
        #expect(cluster.ask(client, "GET none") == "_|")
        #expect(cluster.ask(client, "STARLING SIBLINGS k").contains("|$8|siblings|*1|%5|"))
        #expect(cluster.ask(cluster.connect(1), "GET n") == "$1|6|")
    }

    @Test(arguments: 1...5)
    func `answers come in the order of the requests, whoever gives them`(seed: UInt64) throws {
        let cluster = try self.cluster(seed)
        let client = cluster.connect(3)
        let requests = [
            "ECHO a", "SET k 1", "GET k", "ECHO b", "NOPE", "INCR k", "PING", "GET", "DEL k", "GET k", "ECHO c",
        ]
        #expect(
            cluster.ask(client, bytes: self.pipeline(requests), replies: requests.count)
                == "$1|a|+OK|$1|1|$1|b|-ERR unknown command 'NOPE', with args beginning with: |:2|+PONG|"
                + "-ERR wrong number of arguments for 'get' command|:1|$-1|$1|c|")
    }

    @Test func `many requests at once are all answered, large values too`() throws {
        let cluster = try self.cluster(6)
        let client = cluster.connect(2)
        let value = String(repeating: "v", count: 40_000)
        #expect(cluster.ask(client, "SET big \(value)") == "+OK|")
        let requests = (0..<600).map { $0 % 100 == 0 ? "GET big" : "INCR n" }
        let answers = cluster.ask(client, bytes: self.pipeline(requests), replies: requests.count)
        #expect(answers.hasSuffix("|:594|"))
        #expect(answers.split(separator: "|").count(where: { $0 == value }) == 6)
    }

    @Test func `a transaction is passed on whole, and what it watches is watched by the leader`() throws {
        let cluster = try self.cluster(7)
        let (client, other) = (cluster.connect(2), cluster.connect(3))
        func transact() -> String {
            #expect(cluster.ask(client, "MULTI") == "+OK|")
            #expect(cluster.ask(client, "SET a 1") == "+QUEUED|")
            #expect(cluster.ask(client, "INCR a") == "+QUEUED|")
            return cluster.ask(client, "EXEC")
        }
        #expect(transact() == "*2|+OK|:2|")
        #expect(cluster.ask(client, "WATCH a b") == "+OK|")
        #expect(cluster.ask(other, "SET b x") == "+OK|")
        #expect(transact() == "*-1|")
        #expect(cluster.ask(client, "WATCH a") == "+OK|")
        #expect(transact() == "*2|+OK|:2|")
        #expect(cluster.ask(client, "WATCH a") == "+OK|")
        #expect(cluster.ask(client, "UNWATCH") == "+OK|")
        #expect(cluster.ask(other, "SET a x") == "+OK|")
        #expect(transact() == "*2|+OK|:2|")
    }

    @Test func `what a leader that is gone watched has nothing done`() throws {
        let cluster = try self.cluster(8)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, "WATCH a") == "+OK|")
        #expect(cluster.ask(cluster.connect(1), "STARLING STEPDOWN n3") == "+OK|")
        #expect(cluster.run { cluster.leader == 3 && cluster.replicas[1]?.leader?.name == "n3" })
        #expect(cluster.ask(client, "MULTI") == "+OK|")
        #expect(cluster.ask(client, "SET a 1") == "+QUEUED|")
        #expect(cluster.ask(client, "EXEC") == "*-1|")
        #expect(cluster.ask(client, "GET a") == "$-1|")
    }

    @Test func `a request whose leader is lost is answered with an error, and the next go to the new one`() throws {
        let cluster = try self.cluster(9)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, "SET k v") == "+OK|")
        cluster.machines[0].pause()
        let answer = cluster.ask(client, "SET k w")
        #expect(
            answer.hasPrefix("-ERR the leader at 10.0.0.1:9000 was lost before it answered (another node leads now)"))
        #expect(cluster.run { (cluster.replicas[1]?.leader?.name ?? "n1") != "n1" })
        #expect(cluster.ask(client, "SET k x") == "+OK|")
        cluster.machines[0].resume()
        #expect(cluster.run { cluster.replicas[0]?.leader?.name == cluster.replicas[1]?.leader?.name })
        #expect(cluster.ask(cluster.connect(1), "GET k") == "$1|x|")
    }

    @Test func `a leader that cannot be reached is said so, and nothing was done`() throws {
        let cluster = try self.cluster(10)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, "PING") == "+PONG|")
        cluster.kill(1)
        let answer = cluster.ask(client, "SET k v")
        #expect(answer.hasPrefix("-TRYAGAIN "))
        #expect(cluster.run { cluster.ask(client, "SET k v") == "+OK|" })
    }

    @Test func `replies that are not wanted stay out, and WAIT is about the write that was passed on`() throws {
        let cluster = try self.cluster(11)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, bytes: self.pipeline(["CLIENT REPLY SKIP", "SET a 1", "GET a"])) == "$1|1|")
        #expect(cluster.ask(client, "SET a 2") == "+OK|")
        #expect(cluster.ask(client, "WAIT 2 5000") == ":2|")
        #expect(cluster.ask(client, "READ LOCAL") == "+OK|")
        #expect(cluster.run { cluster.ask(client, "GET a") == "$1|2|" })
    }

    @Test func `what was passed on once is not passed on again`() throws {
        let cluster = try self.cluster(12)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, "CLIENT CAPA forwarded") == "+OK|")
        #expect(cluster.ask(client, "SET k v").hasPrefix("-READONLY follower n2 does not take writes"))
    }

    @Test func `a client that goes away takes its way to the leader with it`() throws {
        let cluster = try self.cluster(13)
        let client = cluster.connect(2)
        #expect(cluster.ask(client, "SET k v") == "+OK|")
        let leading = cluster.connect(1)
        #expect(cluster.ask(leading, "INFO clients").contains("connected_clients:3|"))
        cluster.hangUp(client)
        #expect(cluster.run { cluster.ask(leading, "INFO clients").contains("connected_clients:2|") })
    }
}
