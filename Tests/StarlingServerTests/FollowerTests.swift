import Causality
import Leadership
import Replication
import StarlingServer
import Testing

/// Three nodes in leader mode, and what those say that do not lead.
struct FollowerTests {
    private func cluster(_ seed: UInt64) throws -> LeaderCluster {
        let cluster = try LeaderCluster(seed: seed) { _, server in server.forwards = false }
        #expect(cluster.lead())
        #expect(cluster.leader == 1)
        return cluster
    }

    @Test(arguments: 1...3)
    func `a follower says who leads, and answers reads to those who want them old`(seed: UInt64) throws {
        let cluster = try self.cluster(seed)
        let (leading, following) = (cluster.connect(1), cluster.connect(2))
        #expect(cluster.ask(leading, "SET k v") == "+OK|")
        #expect(
            cluster.ask(following, "SET k w")
                == "-READONLY follower n2 does not take writes; leader is n1 at 10.0.0.1:9000|")
        #expect(
            cluster.ask(following, "GET k")
                == "-READONLY follower n2 answers reads only after READ LOCAL; leader is n1 at 10.0.0.1:9000|")
        #expect(cluster.ask(following, "STARLING SIBLINGS k").hasPrefix("-READONLY follower n2"))
        #expect(cluster.ask(following, "STARLING MODE LEADERLESS").hasPrefix("-READONLY follower n2 cannot do that;"))
        #expect(cluster.ask(following, "WATCH k").hasPrefix("-READONLY"))
        #expect(cluster.ask(following, "READ LOCAL") == "+OK|")
        #expect(cluster.run { cluster.ask(following, "GET k") == "$1|v|" })
        #expect(cluster.ask(following, "SETNX k w").hasPrefix("-READONLY"))
        #expect(cluster.ask(following, "READ DEFAULT") == "+OK|")
        #expect(cluster.ask(following, "CLIENT CAPA redirect") == "+OK|")
        #expect(cluster.ask(following, "GET k") == "-REDIRECT 10.0.0.1:9000|")
        #expect(cluster.ask(following, "PING") == "+PONG|")
    }

    @Test func `a transaction on a follower is refused as a whole`() throws {
        let cluster = try self.cluster(4)
        let client = cluster.connect(3)
        #expect(cluster.ask(client, "MULTI") == "+OK|")
        #expect(cluster.ask(client, "SET a 1") == "+QUEUED|")
        #expect(cluster.ask(client, "EXEC").hasPrefix("-READONLY follower n3 does not take writes"))
        #expect(cluster.ask(client, "EXEC") == "-ERR EXEC without MULTI|")
    }

    @Test func `plaintext is told where the leader is, for reads too`() throws {
        let cluster = try self.cluster(5)
        let client = cluster.connect(2)
        for line in ["SET k v", "GET k", "DELETE k"] {
            #expect(cluster.ask(client, bytes: Array("\(line)\n".utf8)) == "ERR NOT_LEADER 10.0.0.1:9000|")
        }
        cluster.kill(1)
        cluster.kill(3)
        #expect(cluster.run { cluster.replicas[1]?.leader == nil })
        for line in ["SET k v", "GET k", "DELETE k"] {
            #expect(cluster.ask(client, bytes: Array("\(line)\n".utf8)) == "ERR NO_LEADER|")
        }
        let other = cluster.connect(2)
        #expect(
            cluster.run {
                cluster.ask(other, "SET k v")
                    == "-CLUSTERDOWN no leader: 1 of 3 peers reachable, 2 needed. "
                    + "Retry, or read stale with READ LOCAL|"
            })
    }

    @Test func `HTTP says where the leader is, and reads what is here for those who want that`() throws {
        let cluster = try self.cluster(5)
        #expect(cluster.ask(cluster.connect(1), "SET k v") == "+OK|")
        func get(_ number: Int, _ target: String) -> String {
            let request = "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            return cluster.ask(cluster.connect(number), bytes: Array(request.utf8), replies: .max)
        }
        #expect(get(1, "/api/v1/keys/k").hasSuffix("{\"schema\":1,\"key\":\"k\",\"value\":\"v\"}\n"))
        let elsewhere = get(2, "/api/v1/keys/k")
        #expect(elsewhere.hasPrefix("HTTP/1.1 421 "))
        #expect(elsewhere.contains("\"leader\":\"10.0.0.1:9000\""))
        #expect(cluster.run { get(2, "/api/v1/keys/k?local").contains("\"value\":\"v\"") })
        #expect(get(2, "/readyz").hasPrefix("HTTP/1.1 200 "))
        cluster.kill(1)
        cluster.kill(3)
        #expect(cluster.run { cluster.replicas[1]?.leader == nil })
        #expect(get(2, "/api/v1/keys/k").hasPrefix("HTTP/1.1 503 "))
        #expect(get(2, "/readyz?verbose").contains("[-]leader no leader is known"))
        #expect(get(2, "/readyz?exclude=leader").hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `the parts are told in the words of Redis`() throws {
        let cluster = try self.cluster(6)
        let (leading, following) = (cluster.connect(1), cluster.connect(2))
        #expect(cluster.ask(leading, "SET k v") == "+OK|")
        cluster.run(milliseconds: 500)
        #expect(cluster.ask(following, "ROLE").hasPrefix("*5|$5|slave|$8|10.0.0.1|:9000|$9|connected|:"))
        #expect(cluster.ask(leading, "ROLE").contains("*3|$8|10.0.0.2|$4|9000|"))
        let report = cluster.ask(leading, "INFO replication")
        #expect(report.contains("|role:master|connected_slaves:2|slave0:ip=10.0.0.2,port=9000,state=online,offset="))
        #expect(report.contains(",lag=0|"))
        #expect(
            cluster.ask(following, "INFO replication").contains(
                "|role:slave|master_host:10.0.0.1|master_port:9000|master_link_status:up|"))
        #expect(cluster.ask(following, "HELLO 2").contains("|$4|role|$7|replica|"))
        #expect(cluster.ask(leading, "HELLO 2").contains("|$4|role|$6|master|"))
    }

    @Test func `leadership is handed over, and another takes over when the leader is killed`() throws {
        let cluster = try self.cluster(7)
        #expect(cluster.ask(cluster.connect(1), "SET k v") == "+OK|")
        #expect(cluster.ask(cluster.connect(1), "STARLING STEPDOWN n2") == "+OK|")
        #expect(cluster.run { cluster.leader == 2 })
        cluster.kill(2)
        #expect(cluster.run { cluster.leader != nil })
        let leader = try #require(cluster.leader)
        #expect(cluster.ask(cluster.connect(leader), "GET k") == "$1|v|")
        #expect(cluster.ask(cluster.connect(leader), "SET k w") == "+OK|")
        try cluster.start(2)
        let old = cluster.connect(2)
        #expect(cluster.ask(old, "READ LOCAL") == "+OK|")
        #expect(cluster.run { cluster.ask(old, "GET k") == "$1|w|" })
    }

    @Test(arguments: 20...39)
    func `leader mode ends for all, and everyone takes writes again`(seed: UInt64) throws {
        let cluster = try self.cluster(seed)
        #expect(cluster.ask(cluster.connect(1), "STARLING MODE LEADERLESS") == "+OK|")
        #expect(cluster.run { cluster.replicas.allSatisfy { $0?.isLeaderless ?? false } })
        // The old leader may still be telling others.
        cluster.run(milliseconds: 1_000)
        #expect(cluster.replicas.allSatisfy { $0?.isLeaderless ?? false })
        for number in 1...3 { #expect(cluster.ask(cluster.connect(number), "SET k\(number) v") == "+OK|") }
    }

    @Test func `leader mode that no majority agrees to is refused with the reason`() throws {
        let cluster = try LeaderCluster(seed: 9)
        cluster.kill(2)
        cluster.kill(3)
        let reply = cluster.ask(cluster.connect(1), "STARLING MODE LEADER")
        #expect(reply.hasPrefix("-ERR leader mode was not entered, nothing has changed: "))
        #expect(cluster.ask(cluster.connect(1), "SET k v") == "+OK|")
    }
}
