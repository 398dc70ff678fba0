import ByteCoding
import Causality
import Journal
import Platform

@testable import Membership
@testable import Replication

/// Datagrams that come to the multicast group.
enum BeaconFuzzing {
    private static let secret = Array("a secret".utf8)

    /// The first byte says whether there is a secret, and whether the beacon's code is made right first. The
    /// rest is datagrams, each behind its length in two bytes.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let control = input.byte()
        let secret = control & 1 == 0 ? nil : Self.secret
        let node = try FuzzedNode(secret: secret)
        let listener = BeaconListener(
            cluster: FuzzedNode.cluster, peer: node.replica.journal.identity.peer, incarnation: 7, secret: secret)
        for _ in 0..<16 where !input.isEmpty {
            var datagram = input.bytes(input.short() % 1400)
            if control & 2 != 0 { self.authenticate(&datagram) }
            if case .accepted(let beacon) = listener.judge(datagram) {
                guard let encoded = beacon.encoded(secret: secret) else {
                    throw FuzzFinding("\(beacon) cannot be encoded again")
                }
                let again = listener.judge(encoded)
                try FuzzFinding.unless(again == .accepted(beacon), "\(beacon) comes back as \(again)")
            }
            let sender = NetworkAddress(host: "10.0.0.\(control >> 2)", port: 9909)
            node.replica.exchange.receivedBeacon(datagram, from: sender, now: node.now)
            try node.advance(milliseconds: UInt64(control >> 2))
            var effects: [Effect] = []
            node.replica.exchange.takeEffects(into: &effects)
        }
        let members = node.replica.exchange.roster.members.count
        try FuzzFinding.unless(members <= RosterLimits.members, "\(members) members")
        _ = node.replica.status()
    }

    /// Puts the right code in the place of the last bytes.
    private static func authenticate(_ datagram: inout [UInt8]) {
        guard datagram.count > BeaconFormat.codeLength else { return }
        datagram.removeLast(BeaconFormat.codeLength)
        datagram += Beacon.code(of: datagram, self.secret)
    }
}
