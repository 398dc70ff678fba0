import Journal
import Platform
import Simulation
import Testing

@Suite struct PeersFileTests {
    private let file = "data/peers"

    private func stored(_ harness: JournalHarness) throws -> PeersFile {
        harness.disk.crash()
        try harness.reopen()
        return harness.journal.storedPeers
    }

    @Test func `what was kept is found again after a crash, the newest of all`() throws {
        let harness = try JournalHarness()
        #expect(harness.journal.storedPeers == .none)
        let first = harness.journal.keepPeers([1, 2, 3])
        #expect(harness.journal.isKeepingPeers)
        harness.settle()
        #expect(harness.journal.durablePeersNumber == first)
        harness.journal.keepPeers([4])
        let last = harness.journal.keepPeers([5, 6])
        harness.settle()
        #expect(harness.journal.durablePeersNumber == last)
        #expect(!harness.journal.isKeepingPeers)
        #expect(try stored(harness) == .content([5, 6], isOriginal: true))
    }

    @Test func `a damaged file is reported, and no obstacle`() throws {
        let harness = try JournalHarness()
        harness.journal.keepPeers([1, 2, 3])
        harness.settle()
        let length = 8 + 2 + 8 + 4 + 4 + 3
        for offset in 0..<length {
            let id = try harness.disk.open(file, .readWrite)
            var bytes = [UInt8](repeating: 0, count: 1)
            var span = bytes.mutableSpan
            _ = try harness.disk.read(id, at: UInt64(offset), into: &span)
            let flipped = [bytes[0] ^ 0x10]
            try harness.disk.write(flipped.span, to: id, at: UInt64(offset))
            try harness.disk.sync(id)
            guard case .unusable(let reason) = try stored(harness) else {
                Issue.record("a flipped bit at byte \(offset) was not noticed")
                return
            }
            #expect(!reason.isEmpty)
            let again = try harness.disk.open(file, .readWrite)
            try harness.disk.write(bytes.span, to: again, at: UInt64(offset))
            try harness.disk.sync(again)
        }
        #expect(try stored(harness) == .content([1, 2, 3], isOriginal: true))
    }

    @Test func `a copy of the file is told from the file`() throws {
        let harness = try JournalHarness()
        harness.journal.keepPeers([7])
        harness.settle()
        try harness.journal.close()
        harness.disk.restoreImage(harness.disk.snapshotImage(of: "data"), to: "data")
        try harness.reopen()
        #expect(harness.journal.storedPeers == .content([7], isOriginal: false))
    }
}
