package import Leadership

/// The state that entries are applied to: how many there were, and a hash of all of them in their order.
package struct StateMachine: Hashable, Sendable {
    package var position = LogPosition.zero
    package var electorate = Electorate.empty
    package var hash: UInt64 = 0

    mutating func apply(_ entry: LeadershipEntry) {
        self.position = entry.position
        self.hash = Self.mixed(self.hash, entry.position.index, entry.position.term.rawValue)
        switch entry.content {
        case .start: break
        case .payload(let bytes): self.hash = Self.mixed(self.hash, Self.identifier(in: bytes), 7)
        case .electorate(let electorate): self.electorate = electorate
        }
    }

    /// The number that a client put into its write.
    static func identifier(in bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func payload(_ identifier: UInt64, padding: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: identifier >> (56 - 8 * UInt64($0))) }
            + Array(repeating: 0, count: padding)
    }

    private static func mixed(_ hash: UInt64, _ first: UInt64, _ second: UInt64) -> UInt64 {
        (hash ^ first &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9 ^ (second &* 0x94D0_49BB_1331_11EB)
    }
}
