import Platform
import RESP

// The second half: the same nodes in leader mode, and back.
extension DemoScript {
    func lead() throws(CommandError) {
        let nodes = self.cluster.nodes
        let start = Clocks.now
        _ = try nodes[0].ask(["STARLING", "MODE", "LEADER"])
        try self.awaitFollowers(of: nodes[0], count: 2)
        let elapsed = Clocks.now.since(start)
        let report = try nodes[0].mode()
        try self.expect(report.leader == "n1", "n1 was asked, and \(report.leader) leads")
        try self.narrator.tell(self.step, "STARLING MODE LEADER on n1: n1 leads in term \(report.term)", elapsed)
        for line in report.drawing() { try self.narrator.tell(nil, line) }
    }

    func order() throws(CommandError) {
        let (n1, n2, n3) = (self.cluster.nodes[0], self.cluster.nodes[1], self.cluster.nodes[2])
        let start = Clocks.now
        try n1.set("stock", "10")
        let elapsed = Clocks.now.since(start)
        let report = try n1.mode()
        try self.narrator.tell(
            self.step, "SET stock 10 on n1: OK, entry \(report.decided) in term \(report.term)", elapsed)
        try n2.set("price", "3")
        try self.expect(try n1.value("price") == "3", "n2 should have passed price on to n1, and n1 does not have it")
        try self.narrator.tell(nil, "SET price 3 on n2: passed on to n1, OK; GET price on n1: 3")
        _ = try n3.ask(["READ", "LOCAL"])
        try self.awaitValue("10", of: "stock", on: n3)
        _ = try n3.ask(["READ", "DEFAULT"])
        try self.expect(try n3.value("stock") == "10", "n3 should read the latest of the leader, and does not")
        try self.narrator.tell(nil, "GET stock on n3: 10, from the leader; after READ LOCAL also from what it has")
    }

    func transact() throws(CommandError) {
        let (n1, n2) = (self.cluster.nodes[0], self.cluster.nodes[1])
        for request in [["MULTI"], ["DECR", "stock"], ["SET", "order:1", "apple"]] { _ = try n2.ask(request) }
        let answer = try n2.ask(["EXEC"]).elements ?? []
        try self.expect(answer.first?.integer == 9, "a transaction on n2 should leave 9, and leaves \(answer)")
        try self.narrator.tell(self.step, "MULTI, DECR stock, SET order:1, EXEC on n2: all done, 9 left")
        for request in [["WATCH", "stock"], ["MULTI"], ["DECR", "stock"], ["SET", "order:2", "pear"]] {
            _ = try n2.ask(request)
        }
        try n1.set("stock", "0")
        try self.expect(try n2.ask(["EXEC"]) == .null, "EXEC should do nothing after a watched key was written")
        try self.expect(try n1.value("order:2") == nil, "order:2 is there, of a transaction that was given up")
        try self.expect(try n1.value("stock") == "0", "stock was changed by a transaction that was given up")
        try self.narrator.tell(nil, "WATCH stock on n2, SET stock 0 on n1, EXEC on n2: given up, and no trace of it")
    }

    func failOver() throws(CommandError) {
        let leader = try self.leader()
        let others = self.cluster.others(than: leader)
        try leader.set("promise", "kept")
        leader.kill()
        let killed = Clocks.now
        var next: DemoNode?
        try self.await("another node leads") { () throws(CommandError) -> Bool in
            for node in others where try node.mode().role == "leader" { next = node }
            return next != nil
        }
        guard let next else { return }
        try self.awaitTaken(on: next, "promise", "kept")
        let elapsed = Clocks.now.since(killed)
        let report = try next.mode()
        try self.narrator.tell(
            self.step, "\(leader.name) is killed (SIGKILL); \(next.name) leads in term \(report.term)", elapsed)
        try next.set("after", "failover")
        for node in others { try self.awaitTaken(on: node, "promise", "kept") }
        try self.narrator.tell(nil, "GET promise: kept, as acknowledged before; SET after on \(next.name): OK")
        let start = Clocks.now
        try self.cluster.restart(leader)
        try self.awaitFollowers(of: next, count: 2)
        try self.expect(
            try leader.value("after") == "failover", "\(leader.name) came back, and does not know the latest")
        try self.narrator.tell(
            nil, "\(leader.name) is started again: it follows, and has caught up", Clocks.now.since(start))
    }

    func part() throws(CommandError) {
        let leader = try self.leader()
        _ = try leader.ask(["STARLING", "MODE", "LEADERLESS"])
        let nodes = self.cluster.nodes
        try self.await("all nodes are leaderless") { () throws(CommandError) -> Bool in
            for node in nodes where try node.mode().mode != "leaderless" { return false }
            return true
        }
        for node in nodes { try node.set("from:\(node.name)", "hello") }
        try self.awaitEqualDigests()
        try self.narrator.tell(self.step, "STARLING MODE LEADERLESS on \(leader.name): every node takes writes again")
    }

    func report() throws(CommandError) {
        var lines: [String] = []
        for node in self.cluster.nodes {
            guard let report = NodeReport(try node.ask(["STARLING", "STATUS"])),
                let fields = ReplyFields(try node.ask(["STARLING", "STATUS"]))
            else { throw self.failure("\(node.name) does not tell how it stands") }
            try self.expect(
                report.reasons.isEmpty, "\(node.name) is not well: \(report.reasons.joined(separator: "; "))")
            lines.append(
                "\(node.name): well; \(PlainText.counted(report.keys, "key")), "
                    + "\(fields.number("records-received") ?? 0) records received, "
                    + "\(PlainText.counted(fields.number("elections-won") ?? 0, "election")) won, "
                    + "\(PlainText.counted(fields.number("split-brains") ?? 0, "split brain"))")
        }
        try self.narrator.tell(self.step, lines[0])
        for line in lines.dropFirst() { try self.narrator.tell(nil, line) }
    }

    /// The node that leads.
    private func leader() throws(CommandError) -> DemoNode {
        for node in self.cluster.nodes where try node.mode().role == "leader" { return node }
        throw self.failure("no node leads")
    }

    /// Waits until so many others have a vote, answer, and have all that the leader has.
    private func awaitFollowers(of leader: DemoNode, count: Int) throws(CommandError) {
        try self.await("\(count) nodes follow \(leader.name), none behind") { () throws(CommandError) -> Bool in
            let members = try leader.mode().members
            return members.count { $0.hasVote && $0.isUp && $0.role == "follower" && $0.lag == 0 } == count
        }
    }

    /// Waits until a node answers what was acknowledged before: a new leader has to decide an entry of its own first,
    /// and its follower to hear of it.
    private func awaitTaken(on node: DemoNode, _ key: String, _ value: String) throws(CommandError) {
        try self.await("\(key) on \(node.name) is \(value)") { () throws(CommandError) -> Bool in
            (try? node.value(key)) == value
        }
    }
}
