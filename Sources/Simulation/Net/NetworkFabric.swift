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
    private var networks: [String: SimulatedNetwork] = [:]
    /// In the order of joining the fabric, so that nothing depends on the order of a table.
    private var hosts: [String] = []
    private var names: [String: [String]] = [:]
    private var cuts: Set<NetworkLink> = []
    private var clogs: [NetworkLink: Instant] = [:]
    private var nextConnection: UInt64 = 0

    /// A network without machines.
    package init(scheduler: SimulationScheduler, conditions: NetworkConditions = NetworkConditions()) {
        self.scheduler = scheduler
        self.conditions = conditions
        self.random = scheduler.random.child("network")
    }

    /// Adds a machine with this numeric address, or returns the network of the one that is there.
    package func attach(host: String) -> SimulatedNetwork {
        if let known = self.networks[host] { return known }
        let network = SimulatedNetwork(host: host, fabric: self)
        self.networks[host] = network
        self.hosts.append(host)
        return network
    }

    /// Has a name resolve to these hosts; to none for a name that is to be forgotten.
    package func register(name: String, hosts: [String]) {
        self.names[name] = hosts.isEmpty ? nil : hosts
    }

    /// Cuts one direction.
    package func cut(from: String, to: String) {
        self.cuts.insert(NetworkLink(from: from, to: to))
    }

    /// Cuts both directions between two machines.
    package func cut(_ left: String, _ right: String) {
        self.cut(from: left, to: right)
        self.cut(from: right, to: left)
    }

    /// Mends one direction.
    package func heal(from: String, to: String) {
        self.cuts.remove(NetworkLink(from: from, to: to))
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
        self.cuts.removeAll()
        self.clogs.removeAll()
    }

    /// Holds back whatever is sent in one direction from now on until `delay` has passed.
    package func clog(from: String, to: String, for delay: Delay) {
        self.clogs[NetworkLink(from: from, to: to)] = self.scheduler.now + delay
    }

    /// Whether packets get through in this direction.
    package func isOpen(from: String, to: String) -> Bool {
        guard self.networks[from]?.isPowered ?? false, self.networks[to]?.isPowered ?? false else { return false }
        return from == to || !self.cuts.contains(NetworkLink(from: from, to: to))
    }

    /// Draws how long a packet takes.
    func drawLatency(from: String, to: String) -> Delay {
        let range = from == to ? self.conditions.loopbackLatency : self.conditions.latency
        let latency = range.draw(&self.random)
        guard let clog = self.clogs[NetworkLink(from: from, to: to)], clog > self.scheduler.now else { return latency }
        return clog.since(self.scheduler.now) + latency
    }

    func network(of host: String) -> SimulatedNetwork? { self.networks[host] }

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
        for host in self.hosts {
            guard let receiver = self.networks[host], receiver.joinedGroup == group,
                receiver === sender || !(isLoopback || receiver.joinedLoopbackOnly)
            else { continue }
            let isLossy = receiver !== sender
            if isLossy, self.random.chance(self.conditions.datagramLossRate) {
                self.faultCounts.lostDatagrams += 1
                continue
            }
            self.deliver(bytes, from: sender.host, source: source, to: receiver, in: group)
            if isLossy, self.random.chance(self.conditions.datagramDuplicationRate) {
                self.faultCounts.duplicatedDatagrams += 1
                self.deliver(bytes, from: sender.host, source: source, to: receiver, in: group)
            }
        }
    }

    private func deliver(
        _ bytes: [UInt8], from host: String, source: NetworkAddress, to receiver: SimulatedNetwork,
        in group: MulticastGroup
    ) {
        let latency = self.drawLatency(from: host, to: receiver.host)
        self.scheduler.schedule(after: latency, .datagram) { [unowned self, unowned receiver] in
            guard self.isOpen(from: host, to: receiver.host), receiver.joinedGroup == group else {
                self.faultCounts.lostDatagrams += 1
                return
            }
            self.scheduler.feed(bytes.span)
            receiver.receive(datagram: bytes, from: source)
        }
    }
}
