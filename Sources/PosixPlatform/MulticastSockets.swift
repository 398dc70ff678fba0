import CPosixShim
import Glibc
import Platform

/// Joining in one IPv4 multicast group, on every interface that can carry it.
///
/// One socket receives for all interfaces. Each interface has a sending socket bound to its address:
/// so receivers see a source they can dial, and datagrams reach neighbours on every side as well as,
/// through the loopback interface, the other nodes of this machine. A node on the same machine may hear
/// one datagram once per interface.
final class MulticastSockets {
    private struct Sender {
        var interface: NetworkInterface
        var descriptor: Int32
    }

    private struct Joining {
        var group: NetworkAddress
        var interface: String?
        var receiver: Int32
        var senders: [Sender]
        var scanned: Instant
    }

    /// Interfaces used at most; the kernel allows a socket 20 memberships.
    private static let interfaceLimit = 16
    /// How often interfaces that came or went are looked for.
    private static let scanInterval = Delay.seconds(30)
    /// Datagrams taken in one turn, so that streams get their share.
    private static let turnLimit = 64

    private let poller: Poller
    private let trace: @Sendable (TraceRecord) -> Void
    private var membership: Joining?
    /// Room for the longest datagram, which UDP limits to less than 64 KiB.
    private lazy var buffer = [UInt8](repeating: 0, count: 65_536)

    init(poller: Poller, trace: @escaping @Sendable (TraceRecord) -> Void) {
        self.poller = poller
        self.trace = trace
    }

    /// Joins, leaving the group joined before.
    func join(_ group: MulticastGroup, interface: String?) throws(SystemCallError) {
        self.stop()
        let address = group.address
        guard unsafe starling_host_is_multicast(address.host), address.port != 0 else {
            throw SystemCallError(
                kind: .other, call: "join", subject: "\(address)",
                reason: "this is not an IPv4 multicast address (224.0.0.0 to 239.255.255.255) with a port")
        }
        let receiver = unsafe starling_multicast_receiver(address.host, address.port)
        try SystemCallError.check(receiver, "bind", "\(address)")
        var membership = Joining(
            group: address, interface: interface, receiver: receiver, senders: [], scanned: MonotonicClock.now)
        do throws(SystemCallError) {
            let failure = Self.scan(&membership)
            if membership.senders.isEmpty {
                throw failure
                    ?? SystemCallError(
                        kind: .addressNotAvailable, call: "join", subject: "\(address)",
                        reason: interface.map { "no interface that is up is called \($0) or has that IPv4 address" }
                            ?? "no interface that is up carries multicast")
            }
            try self.poller.add(receiver, .multicast, STARLING_POLL_IN)
        } catch {
            Self.close(membership)
            throw error
        }
        self.membership = membership
    }

    func stop() {
        if let membership = self.membership {
            self.poller.remove(membership.receiver)
            Self.close(membership)
        }
        self.membership = nil
    }

    /// Sends to the group on every interface; before that, now and then, looks for new interfaces.
    func send(_ bytes: Span<UInt8>) {
        let now = MonotonicClock.now
        if let membership = self.membership, now.since(membership.scanned) >= Self.scanInterval {
            self.rescan(at: now)
        }
        guard let senders = self.membership?.senders else { return }
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            for sender in senders {
                // A datagram that cannot be sent is like one that is lost; the next scan drops an
                // interface that has gone.
                _ = unsafe starling_socket_write(sender.descriptor, start, bytes.count)
            }
        }
    }

    /// Appends the datagrams that have arrived.
    func receive(into events: inout [Event]) {
        guard let receiver = self.membership?.receiver else { return }
        for _ in 0..<Self.turnLimit {
            let (count, sender) = unsafe self.buffer.withUnsafeMutableBytes { buffer in
                unsafe NetworkAddress.filled { host, port in
                    guard let start = buffer.baseAddress else { return Int64(-EINVAL) }
                    return unsafe starling_datagram_receive(receiver, start, buffer.count, host, port)
                }
            }
            guard count >= 0 else { return }
            events.append(.datagram(Array(self.buffer[..<Int(count)]), from: sender))
        }
    }

    private func rescan(at now: Instant) {
        guard var membership = self.membership else { return }
        let before = membership.senders.map(\.interface)
        membership.scanned = now
        _ = Self.scan(&membership)
        self.membership = membership
        let after = membership.senders.map(\.interface)
        if before != after {
            self.trace(
                TraceRecord(
                    .info, "network.multicast", "the interfaces used for multicast have changed",
                    [TraceRecord.Field("interfaces", after.map { "\($0.name)=\($0.host)" }.joined(separator: ","))]))
        }
    }

    /// Joins on interfaces that are new and drops those that are gone; returns the last refusal.
    private static func scan(_ membership: inout Joining) -> SystemCallError? {
        let wanted = Self.interfaces(named: membership.interface)
        let group = membership.group
        membership.senders.removeAll { sender in
            guard !wanted.contains(sender.interface) else { return false }
            _ = unsafe starling_multicast_leave(
                membership.receiver, group.host, sender.interface.host, sender.interface.index)
            _ = starling_close(sender.descriptor)
            return true
        }
        var failure: SystemCallError?
        for interface in wanted where !membership.senders.contains(where: { $0.interface == interface }) {
            var result = unsafe starling_multicast_join(
                membership.receiver, group.host, interface.host, interface.index)
            // In use: joined before, and the interface has changed since.
            if result == 0 || result == -EADDRINUSE {
                result = unsafe starling_multicast_sender(group.host, group.port, interface.host, interface.index)
            }
            if result < 0 {
                failure = SystemCallError(call: "join", subject: "\(group) on \(interface.name)", number: -result)
            } else {
                membership.senders.append(Sender(interface: interface, descriptor: result))
            }
        }
        return failure
    }

    /// The IPv4 interfaces to use, one address of each.
    private static func interfaces(named wanted: String?) -> [NetworkInterface] {
        var chosen: [NetworkInterface] = []
        for interface in NetworkInterface.all() where interface.isIPv4 && interface.isUp {
            let isWanted = wanted.map { $0 == interface.name || $0 == interface.host } ?? true
            let isCapable = interface.isLoopback || interface.isMulticast
            let isNew = !chosen.contains { $0.index == interface.index }
            if isWanted && isCapable && isNew && chosen.count < Self.interfaceLimit {
                chosen.append(interface)
            }
        }
        return chosen
    }

    private static func close(_ membership: Joining) {
        for sender in membership.senders {
            _ = starling_close(sender.descriptor)
        }
        _ = starling_close(membership.receiver)
    }
}
