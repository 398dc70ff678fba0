import Platform

/// The steps of the demonstration. Each is checked; the first that is not as told ends it.
struct DemoScript {
    /// The steps in their order.
    enum Step: Int, CaseIterable {
        case discover = 1
        case write, cut, heal, delete, crash, check, lead, order, transact, failOver, part, report

        /// The word that stands for it.
        var title: String {
            switch self {
            case .discover: "discover"
            case .write: "write"
            case .cut: "cut a link"
            case .heal: "heal"
            case .delete: "delete"
            case .crash: "crash"
            case .check: "check"
            case .lead: "one leader"
            case .order: "one order"
            case .transact: "all or none"
            case .failOver: "failover"
            case .part: "leaderless"
            case .report: "report"
            }
        }
    }

    /// How long the nodes may take for what they should do at once.
    static let patience = Delay.seconds(15)
    /// How long multicast may take before it is given up.
    private static let discoveryPatience = Delay.seconds(8)
    /// Keys written while a node is away.
    private static let crowd = 2_000

    let cluster: DemoCluster
    let narrator: DemoNarrator
    var step = Step.discover

    init(cluster: DemoCluster, narrator: DemoNarrator) {
        self.cluster = cluster
        self.narrator = narrator
    }

    /// Plays all steps.
    mutating func play() throws(CommandError) {
        for step in Step.allCases {
            self.step = step
            try self.narrator.pause()
            do throws(CommandError) {
                try self.perform(step)
            } catch {
                throw error.code == .tryAgain ? CommandError(.no, lines: error.lines) : error
            }
        }
    }

    private func perform(_ step: Step) throws(CommandError) {
        switch step {
        case .discover: try self.discover()
        case .write: try self.write()
        case .cut: try self.cut()
        case .heal: try self.heal()
        case .delete: try self.delete()
        case .crash: try self.crash()
        case .check: try self.check()
        case .lead: try self.lead()
        case .order: try self.order()
        case .transact: try self.transact()
        case .failOver: try self.failOver()
        case .part: try self.part()
        case .report: try self.report()
        }
    }

    private func discover() throws(CommandError) {
        let nodes = self.cluster.nodes
        do throws(CommandError) {
            guard self.cluster.introduction == .multicast else {
                throw CommandError(.tryAgain, "a node could not join the group")
            }
            try self.awaitPeers(within: Self.discoveryPatience)
        } catch {
            guard error.code == .tryAgain else { throw error }
            try self.narrator.tell(
                self.step, "multicast does not work on this machine; starting again with --peers")
            try self.cluster.restartWithAddresses()
            try self.awaitPeers(within: Self.patience)
            try self.narrator.tell(
                nil, "n1 n2 n3 reach each other by the addresses given", Clocks.now.since(self.cluster.startedAt))
            return
        }
        let names = nodes.map(\.name).joined(separator: " ")
        try self.narrator.tell(
            self.step, "\(names) found each other by multicast", Clocks.now.since(self.cluster.startedAt))
    }

    private func awaitPeers(within limit: Delay) throws(CommandError) {
        let nodes = self.cluster.nodes
        try self.await("each node reaches both others", within: limit) { () throws(CommandError) -> Bool in
            for node in nodes {
                let reached = try node.reachablePeers()
                for other in nodes where other !== node && !reached.contains(other.address.description) {
                    return false
                }
            }
            return true
        }
    }

    private func write() throws(CommandError) {
        let (first, others) = (self.cluster.nodes[0], self.cluster.nodes.dropFirst())
        let start = Clocks.now
        try first.set("city", "Oslo")
        let written = Clocks.now
        try self.narrator.tell(self.step, "SET city Oslo on \(first.name): OK, and on disk", written.since(start))
        for node in others {
            try self.awaitValue("Oslo", of: "city", on: node)
            try self.narrator.tell(nil, "GET city on \(node.name): Oslo", Clocks.now.since(written))
        }
    }

    private func cut() throws(CommandError) {
        let (n1, n2, n3) = (self.cluster.nodes[0], self.cluster.nodes[1], self.cluster.nodes[2])
        try self.cluster.setLinks(of: n2, areCut: true)
        try n1.set("cart", "apple")
        try n2.set("cart", "pear")
        try self.narrator.tell(self.step, "n2 is cut off from n1 and n3")
        try self.narrator.tell(nil, "SET cart apple on n1, SET cart pear on n2: both are taken")
        try self.awaitValue("apple", of: "cart", on: n3)
        try self.expect(try n1.value("cart") == "apple", "n1 should still see apple, and does not")
        try self.expect(try n2.value("cart") == "pear", "n2 should still see pear, and does not")
        try self.narrator.tell(nil, "GET cart: n1 and n3 say apple, n2 says pear")
    }

    private func heal() throws(CommandError) {
        let nodes = self.cluster.nodes
        let start = Clocks.now
        try self.cluster.setLinks(of: nodes[1], areCut: false)
        try self.await("both values of cart are on all nodes") { () throws(CommandError) -> Bool in
            for node in nodes where try node.siblings("cart") != ["apple", "pear"] {
                return false
            }
            return true
        }
        let elapsed = Clocks.now.since(start)
        let seen = try nodes[0].value("cart") ?? ""
        for node in nodes {
            try self.expect(
                try node.value("cart") == seen, "all nodes should see the same cart, and \(node.name) does not")
            try self.expect(
                try node.conflicts().contains("cart"), "\(node.name) should list cart among its conflicts, and does not"
            )
        }
        try self.expect(seen == "apple" || seen == "pear", "cart should be one of the two values, and is \"\(seen)\"")
        try self.narrator.tell(self.step, "the link works again; the conflict is seen on all three", elapsed)
        try self.narrator.tell(nil, "GET cart: \(seen) on n1, n2 and n3, by the resolver")
        let lost = seen == "apple" ? "pear" : "apple"
        try self.narrator.tell(nil, "STARLING SIBLINGS cart: \(lost) lost, and is kept")
    }

    private func delete() throws(CommandError) {
        let (n1, n2, n3) = (self.cluster.nodes[0], self.cluster.nodes[1], self.cluster.nodes[2])
        try self.cluster.setLinks(of: n3, areCut: true)
        _ = try n1.ask(["DEL", "city"])
        try self.awaitValue(nil, of: "city", on: n2)
        try self.expect(try n3.value("city") == "Oslo", "n3 cannot know of the delete, and city is gone there")
        try self.narrator.tell(self.step, "DEL city on n1 while n3 is cut off and still has it")
        let start = Clocks.now
        try self.cluster.setLinks(of: n3, areCut: false)
        try self.awaitValue(nil, of: "city", on: n3)
        let elapsed = Clocks.now.since(start)
        try self.awaitEqualDigests()
        for node in self.cluster.nodes {
            try self.expect(try node.value("city") == nil, "city is back on \(node.name) after it was deleted")
        }
        try self.narrator.tell(nil, "after healing it is gone from n3 too, and does not come back", elapsed)
    }

    private func crash() throws(CommandError) {
        let (n1, n2, n3) = (self.cluster.nodes[0], self.cluster.nodes[1], self.cluster.nodes[2])
        try n3.set("last-words", "remember me")
        n3.kill()
        try self.narrator.tell(self.step, "SET last-words on n3: OK; then n3 is killed (SIGKILL)")
        let half = Self.crowd / 2
        try n1.setMany(prefix: "while-away:", 0..<half)
        try n2.setMany(prefix: "while-away:", half..<Self.crowd)
        try self.narrator.tell(nil, "\(PlainText.grouped(UInt64(Self.crowd))) keys written on n1 and n2 meanwhile")
        let start = Clocks.now
        try self.cluster.restart(n3)
        try self.expect(
            try n3.value("last-words") == "remember me", "n3 acknowledged last-words before it was killed, and lost it")
        try self.awaitValue("value \(Self.crowd - 1)", of: "while-away:\(Self.crowd - 1)", on: n3)
        try self.awaitValue("remember me", of: "last-words", on: n1)
        try self.awaitEqualDigests()
        try self.narrator.tell(nil, "n3 started again: nothing lost, and it has caught up", Clocks.now.since(start))
    }

    private func check() throws(CommandError) {
        try self.awaitEqualDigests()
        let digest = try self.cluster.nodes[0].digest()
        let sizes = try self.cluster.nodes.map { node throws(CommandError) in try node.ask(["DBSIZE"]).integer ?? -1 }
        try self.expect(
            sizes.allSatisfy { $0 == sizes[0] }, "the nodes hold different numbers of keys: \(sizes)")
        let keys = PlainText.counted(UInt64(max(0, sizes[0])), "key")
        try self.narrator.tell(self.step, "n1, n2 and n3 hold the same: \(keys), digest \(digest.prefix(16))")
    }

    /// Ends the demonstration unless something is so.
    func expect(_ isSo: Bool, _ complaint: String) throws(CommandError) {
        guard isSo else { throw self.failure(complaint) }
    }

    func failure(_ complaint: String) -> CommandError {
        CommandError(.no, "step \(self.step.rawValue), \(self.step.title), is not as told: \(complaint).")
    }

    func awaitValue(_ value: String?, of key: String, on node: DemoNode) throws(CommandError) {
        do throws(CommandError) {
            try self.await("\(key) on \(node.name) is \(value ?? "gone")") { () throws(CommandError) -> Bool in
                try node.value(key) == value
            }
        } catch {
            guard error.code == .tryAgain else { throw error }
            throw self.failure(
                "\(key) on \(node.name) should be \(value ?? "gone"), and is \(try node.value(key) ?? "not there")")
        }
    }

    func awaitEqualDigests() throws(CommandError) {
        let nodes = self.cluster.nodes
        do throws(CommandError) {
            try self.await("the digests are equal") { () throws(CommandError) -> Bool in
                let digest = try nodes[0].digest()
                for node in nodes.dropFirst() where try node.digest() != digest {
                    return false
                }
                return true
            }
        } catch {
            guard error.code == .tryAgain else { throw error }
            let digests = try nodes.map { node throws(CommandError) in "\(node.name) \(try node.digest())" }
            throw self.failure("the digests differ: \(digests.joined(separator: ", "))")
        }
    }

    /// Looks again and again until something is so.
    ///
    /// - Throws: with code `tryAgain` when it is not so in time.
    func await(
        _ what: String, within limit: Delay = DemoScript.patience, _ isSo: () throws(CommandError) -> Bool
    ) throws(CommandError) {
        let deadline = Clocks.now + limit
        while try !isSo() {
            guard Clocks.now < deadline else {
                let time = PlainText.time(nanoseconds: limit.nanoseconds)
                throw CommandError(
                    .tryAgain,
                    "step \(self.step.rawValue), \(self.step.title), is not as told: not so within \(time): \(what).")
            }
            Clocks.pause(.microseconds(200))
        }
    }
}
