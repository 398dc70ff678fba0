import Causality
import Membership
import Platform
import TestSupport
import Testing

@Suite struct BeaconTests {
    static let beacon = Beacon(
        cluster: "tour", peer: PeerID(rawValue: 7), incarnation: 70, name: "london",
        advertised: NetworkAddress(host: "", port: 9000), stateHash: UInt128.max / 7, counter: 3)

    private static let secret: [UInt8] = Array("secret".utf8)

    private static func listener(
        cluster: String = "tour", peer: UInt64 = 1, incarnation: UInt64 = 1, secret: [UInt8]? = nil
    ) -> BeaconListener {
        BeaconListener(
            cluster: cluster, peer: PeerID(rawValue: peer), incarnation: incarnation, secret: secret)
    }

    private static func encoded(secret: [UInt8]? = nil) throws -> [UInt8] {
        try #require(BeaconTests.beacon.encoded(secret: secret))
    }

    @Test func `a member's beacon is accepted as it was sent`() throws {
        #expect(try BeaconTests.listener().judge(BeaconTests.encoded()) == .accepted(BeaconTests.beacon))
        let secret = BeaconTests.secret
        #expect(
            try BeaconTests.listener(secret: secret).judge(BeaconTests.encoded(secret: secret))
                == .accepted(BeaconTests.beacon))
    }

    @Test func `strangers, oneself and twins are told apart`() throws {
        let bytes = try BeaconTests.encoded()
        #expect(BeaconTests.listener(cluster: "shop").judge(bytes) == .wrongCluster)
        #expect(BeaconTests.listener(peer: 7, incarnation: 70).judge(bytes) == .ownBeacon)
        #expect(BeaconTests.listener(peer: 7, incarnation: 71).judge(bytes) == .duplicateIdentity(BeaconTests.beacon))
    }

    @Test func `secrets must agree, or be absent on both sides`() throws {
        let secret = BeaconTests.secret
        #expect(try BeaconTests.listener(secret: secret).judge(BeaconTests.encoded()) == .wrongSecret)
        #expect(try BeaconTests.listener().judge(BeaconTests.encoded(secret: secret)) == .wrongSecret)
        #expect(try BeaconTests.listener(secret: [1]).judge(BeaconTests.encoded(secret: secret)) == .wrongSecret)
    }

    @Test func `a later protocol version is told, even one that says more`() throws {
        var beacon = BeaconTests.beacon
        beacon.minimumVersion = 2
        beacon.maximumVersion = 3
        let future = try #require(beacon.encoded(secret: nil))
        #expect(BeaconTests.listener().judge(future + [1, 2, 3]) == .version)
        beacon.minimumVersion = 1
        let both = try #require(beacon.encoded(secret: nil))
        #expect(BeaconTests.listener().judge(both + [1, 2, 3]) == .accepted(beacon))
    }

    @Test func `no truncated beacon is accepted`() throws {
        let secret = BeaconTests.secret
        for secret in [nil, secret] {
            let bytes = try BeaconTests.encoded(secret: secret)
            for length in 0..<bytes.count {
                let verdict = BeaconTests.listener(secret: secret).judge(Array(bytes.prefix(length)))
                #expect(verdict == .malformed || verdict == .wrongSecret)
            }
        }
    }

    @Test func `every flipped bit of an authenticated beacon is noticed`() throws {
        let bytes = try BeaconTests.encoded(secret: BeaconTests.secret)
        let listener = BeaconTests.listener(secret: BeaconTests.secret)
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            if case .accepted = listener.judge(damaged) { Issue.record("bit \(bit) was not noticed") }
        }
    }

    @Test(arguments: 0..<100 as Range<UInt64>) func `random and oversized datagrams never crash`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try BeaconTests.encoded()
        for _ in 0...random.below(8) {
            bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
        }
        _ = BeaconTests.listener().judge(bytes)
        let noise = (0..<random.below(300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(BeaconTests.listener().judge(BeaconFormat.magic + noise) != .ownBeacon)
        let large = bytes + [UInt8](repeating: 0, count: BeaconFormat.maximumLength)
        #expect(BeaconTests.listener().judge(large) == .malformed)
    }

    @Test func `the largest beacon is within the bound, a larger one is not made`() throws {
        var beacon = BeaconTests.beacon
        beacon.cluster = String(repeating: "c", count: BeaconFormat.nameLength)
        beacon.name = String(repeating: "n", count: BeaconFormat.nameLength)
        beacon.advertised.host = String(repeating: "h", count: BeaconFormat.hostLength)
        let bytes = try #require(beacon.encoded(secret: BeaconTests.secret))
        #expect(bytes.count <= BeaconFormat.maximumLength)
        beacon.name += "n"
        #expect(beacon.encoded(secret: nil) == nil)
    }
}
