package import Platform

/// The network between simulated machines: latencies, cuts, names and multicast groups.
///
/// A link is one direction between two machines. What is sent over a cut link is lost: streams send
/// it again until they time out, datagrams do not. A machine always reaches itself.
///
/// The fabric keeps its machines' networks alive, and MUST itself be kept for as long as the
/// scheduler runs.
package final class NetworkFabric {
    /// Speed and faults; may be changed while running.
    package var conditions: NetworkConditions
    /// How often each fault has struck.
    package internal(set) var faultCounts = NetworkFaultCounts()

    let scheduler: SimulationScheduler
    var random: SimulationRandom
    /// By the numbers of the hosts; nil where a host was only spoken of. None is ever taken out.
    private var networks: [SimulatedNetwork?] = []
    /// The hosts, in the order in which they were first named: the rest of the fabric knows them by number.
    private var hosts: [String] = []
    /// Only looked up, never iterated.
    private var numbers: [String: Int] = [:]
    private var names: [String: [String]] = [:]
    /// The direction from one host to another, at sender * capacity + receiver.
    private var links: [NetworkLink] = []
    /// For how many hosts ``links`` has room.
    private var capacity = 0
    /// Other addresses of machines, as behind a router that forwards. Only looked up.
    private var aliases: [String: String] = [:]
    private var datagramsSent: UInt64 = 0
    private var nextConnection: UInt64 = 0

    /// A network without machines.
    package init(scheduler: SimulationScheduler, conditions: NetworkConditions = NetworkConditions()) {
        self.scheduler = scheduler
        self.conditions = conditions
        self.random = scheduler.random.child("network")
    }

    /// Adds a machine with this numeric address, or returns the network of the one that is there.
    package func attach(host: String) -> SimulatedNetwork {
        let number = self.number(of: host)
        if let known = self.networks[number] { return known }
        let network = SimulatedNetwork(host: host, number: number, fabric: self)
        self.networks[number] = network
        return network
    }

    /// The number of a host, which it gets when it is first named.
    func number(of host: String) -> Int {
        if let known = self.numbers[host] { return known }
        let number = self.hosts.count
        self.numbers[host] = number
        self.hosts.append(host)
        self.networks.append(nil)
        if number >= self.capacity { self.makeRoom(for: max(8, 2 * self.capacity)) }
        return number
    }

    private func makeRoom(for capacity: Int) {
        var links = [NetworkLink](repeating: NetworkLink(), count: capacity * capacity)
        for from in 0..<self.capacity {
            for to in 0..<self.capacity { links[from * capacity + to] = self.links[from * self.capacity + to] }
        }
        self.links = links
        self.capacity = capacity
    }

    private func place(from: String, to: String) -> Int {
        let (sender, receiver) = (self.number(of: from), self.number(of: to))
        return sender * self.capacity + receiver
    }

    /// Has a name resolve to these hosts; to none for a name that is to be forgotten.
    package func register(name: String, hosts: [String]) {
        self.names[name] = hosts.isEmpty ? nil : hosts
    }

    /// Has connections to one numeric address go to the machine that has another.
    package func forward(_ alias: String, to host: String) { self.aliases[alias] = host }

    /// Which machine answers at an address.
    func machine(at host: String) -> String { self.aliases[host] ?? host }

    /// Cuts one direction.
    package func cut(from: String, to: String) {
        self.links[self.place(from: from, to: to)].isCut = true
    }

    /// Cuts both directions between two machines.
    package func cut(_ left: String, _ right: String) {
        self.cut(from: left, to: right)
        self.cut(from: right, to: left)
    }

    /// Mends one direction.
    package func heal(from: String, to: String) {
        self.links[self.place(from: from, to: to)].isCut = false
    }

    /// Mends both directions between two machines.
    package func heal(_ left: String, _ right: String) {
        self.heal(from: left, to: right)
        self.heal(from: right, to: left)
    }

    /// Cuts both directions between a machine and every other.
    package func isolate(_ host: String) {
        for other in self.hosts where other != host {
            self.cut(host, other)
        }
    }

    /// Mends everything, and ends all clogs.
    package func healAll() {
        for index in self.links.indices { self.links[index] = NetworkLink() }
    }

    /// Has what is sent in one direction take so many times as long until `delay` has passed.
    package func slow(from: String, to: String, by factor: UInt64, for delay: Delay) {
        let place = self.place(from: from, to: to)
        self.links[place].slowness = factor
        self.links[place].slowEnd = self.scheduler.now + delay
    }

    /// Holds back whatever is sent in one direction from now on until `delay` has passed.
    package func clog(from: String, to: String, for delay: Delay) {
        self.links[self.place(from: from, to: to)].clogEnd = self.scheduler.now + delay
    }

    /// Whether packets get through in this direction.
    package func isOpen(from: String, to: String) -> Bool {
        self.isOpen(from: self.number(of: from), to: self.number(of: to))
    }

    /// Whether packets get through from one host to another, by their numbers.
    func isOpen(from: Int, to: Int) -> Bool {
        guard self.networks[from]?.isPowered ?? false, self.networks[to]?.isPowered ?? false else { return false }
        return from == to || !self.links[from * self.capacity + to].isCut
    }

    /// Draws how long a packet takes from one host to another, by their numbers.
    func drawLatency(from: Int, to: Int) -> Delay {
        var latency =
            from == to
            ? self.conditions.loopbackLatency.draw(&self.random) : self.conditions.latency.draw(&self.random)
        let place = from * self.capacity + to
        if self.links[place].slowEnd > self.scheduler.now { latency = latency * self.links[place].slowness }
        let clogEnd = self.links[place].clogEnd
        return clogEnd > self.scheduler.now ? clogEnd.since(self.scheduler.now) + latency : latency
    }

    func network(of host: Int) -> SimulatedNetwork? { self.networks[host] }

    func takeConnectionNumber() -> UInt64 {
        self.nextConnection += 1
        return self.nextConnection
    }

    /// The numeric hosts behind a name, which may itself be numeric; nil if it is unknown.
    func hosts(named name: String) -> [String]? {
        if name == "localhost" { return [SimulatedNetwork.loopback] }
        if let hosts = self.names[name] { return hosts }
        let isNumeric = name.contains(":") || name.allSatisfy { $0 == "." || $0.isNumber }
        return isNumeric ? [name] : nil
    }

    /// Sends one datagram from a machine to every member of its group, itself included.
    func multicast(_ bytes: [UInt8], from sender: SimulatedNetwork, in group: MulticastGroup) {
        let isLoopback = sender.joinedLoopbackOnly
        let source = NetworkAddress(
            host: isLoopback ? SimulatedNetwork.loopback : sender.host, port: group.address.port)
        for network in self.networks {
            guard let receiver = network, receiver.joinedGroup == group,
                receiver === sender || !(isLoopback || receiver.joinedLoopbackOnly)
            else { continue }
            let isLossy = receiver !== sender
            if isLossy, self.random.chance(self.conditions.datagramLossRate) {
                self.faultCounts.lostDatagrams += 1
                continue
            }
            self.deliver(bytes, from: sender.number, source: source, to: receiver, in: group)
            if isLossy, self.random.chance(self.conditions.datagramDuplicationRate) {
                self.faultCounts.duplicatedDatagrams += 1
                self.deliver(bytes, from: sender.number, source: source, to: receiver, in: group)
            }
        }
    }

    private func deliver(
        _ bytes: [UInt8], from host: Int, source: NetworkAddress, to receiver: SimulatedNetwork,
        in group: MulticastGroup
    ) {
        var latency = self.drawLatency(from: host, to: receiver.number)
        if receiver.number != host, self.random.chance(self.conditions.datagramDelayRate) {
            latency = latency + self.conditions.datagramDelay.draw(&self.random)
        }
        self.datagramsSent += 1
        let number = self.datagramsSent
        self.scheduler.schedule(after: latency, .datagram) { [unowned self, unowned receiver] in
            guard self.isOpen(from: host, to: receiver.number), receiver.joinedGroup == group else {
                self.faultCounts.lostDatagrams += 1
                return
            }
            let place = host * self.capacity + receiver.number
            if self.links[place].latestDatagram > number {
                self.faultCounts.reorderedDatagrams += 1
            } else {
                self.links[place].latestDatagram = number
            }
            self.scheduler.feed(bytes.span)
            receiver.receive(datagram: bytes, from: source)
        }
    }
}
