import Causality
import DataModel
import Journal
import Testing

/// Retiring, expiring and conflicts, step by step.
struct LiveIndexLifecycleTests {
    private static let peer = PeerID(rawValue: 9)

    private static func dot(_ sequence: UInt64) -> Dot {
        Dot(peer: Self.peer, sequence: sequence)
    }

    @Test func `a retired record is found by its dot until its replacement is synced`() {
        let index = LiveIndex()
        let context = CausalContext([Dot(peer: PeerID(rawValue: 2), sequence: 4)])
        let slot = index.insert(
            sampleRecord(peer: 9, sequence: 1), context: context, expiry: 77, key: [1].span)
        let hash = index.liveHash
        index.replaceOnly(
            slot, with: sampleRecord(peer: 9, sequence: 2), context: CausalContext(), expiry: nil, retiringUntil: 500)
        #expect(index.recordCount == 1 && index.retiredCount == 1 && index.liveHash != hash)
        let found = index.tailRecord(Self.dot(1), slotHint: slot)
        #expect(found?.isRetired == true && found?.record.dot == Self.dot(1))
        #expect(found.map { index.context(of: $0.record) } == context)
        #expect(found.flatMap { index.expiry(of: $0.record) } == 77)
        #expect(index.tailRecord(Self.dot(2), slotHint: slot)?.isRetired == false)
        index.releaseRetired(syncedThrough: 499)
        #expect(index.retiredCount == 1)
        index.releaseRetired(syncedThrough: 500)
        #expect(index.retiredCount == 0 && index.tailRecord(Self.dot(1), slotHint: slot) == nil)
        #expect(index.nextTail(of: Self.peer, atOrAfter: 1)?.sequence == 2)
    }

    @Test func `a retired record outlives its key and the key's slot`() {
        let index = LiveIndex()
        let slot = index.insert(sampleRecord(peer: 9, sequence: 1), key: [1])
        index.retire(Self.dot(1), from: slot, until: 10)
        #expect(!index.isLive(slot) && index.find([1]) == nil)
        #expect(index.insert(sampleRecord(peer: 9, sequence: 2), key: [2]) == slot)
        #expect(index.tailRecord(Self.dot(1), slotHint: slot)?.isRetired == true)
        #expect(index.find(Self.dot(1)) == nil)
        index.releaseRetired(syncedThrough: 10)
        #expect(index.tailRecord(Self.dot(1), slotHint: slot) == nil)
        #expect(index.tailRecord(Self.dot(2), slotHint: slot)?.isRetired == false)
    }

    @Test func `what has expired is returned once, in order, and counts as a tombstone`() {
        let index = LiveIndex()
        for (sequence, expiry) in [(1, 300), (2, 100), (3, 100), (4, 200)] as [(UInt64, UInt64)] {
            index.insert(
                sampleRecord(peer: 9, sequence: sequence), context: CausalContext(), expiry: expiry,
                key: [UInt8(sequence)].span)
        }
        #expect(index.nextExpiry() == 100 && index.popExpired(upTo: 99, maximum: 9).isEmpty)
        #expect(index.popExpired(upTo: 100, maximum: 1).map { $0.dot } == [Self.dot(2)])
        #expect(index.keyCount == 3 && index.tombstoneCount == 1)
        #expect(index.popExpired(upTo: 250, maximum: 9).map { $0.dot } == [Self.dot(3), Self.dot(4)])
        #expect(index.keyCount == 1 && index.recordCount == 4 && index.nextExpiry() == 300)
        if let slot = index.find([2]) {
            #expect(index.first(of: slot).isExpired && index.expiry(of: index.first(of: slot)) == 100)
            index.replaceOnly(
                slot, with: sampleRecord(peer: 9, sequence: 5), context: CausalContext(), expiry: nil)
        }
        #expect(index.keyCount == 2 && index.tombstoneCount == 2)
    }

    @Test func `expiries of records that were replaced do not pile up`() {
        let index = LiveIndex()
        var slot = index.insert(sampleRecord(peer: 9, sequence: 1), key: [1])
        let before = index.approximateBytes
        for sequence in 2...3000 as ClosedRange<UInt64> {
            slot = index.find([1]) ?? slot
            index.replaceOnly(
                slot, with: sampleRecord(peer: 9, sequence: sequence), context: CausalContext(),
                expiry: 10_000_000 - sequence)
        }
        #expect(index.nextExpiry() == 10_000_000 - 3000)
        #expect(index.approximateBytes < before + 20_000)
        #expect(index.popExpired(upTo: .max, maximum: .max).map { $0.dot } == [Self.dot(3000)])
    }

    @Test func `a conflict needs two records that readers see`() {
        let index = LiveIndex()
        let slot = index.insert(sampleRecord(peer: 1, sequence: 1), key: [1])
        index.insert(sampleRecord(peer: 2, sequence: 1, operation: .delete), key: [1])
        #expect(index.conflictCount == 0 && index.recordCount(of: slot) == 2 && index.visibleCount(of: slot) == 1)
        index.insert(sampleRecord(peer: 3, sequence: 1), key: [1])
        #expect(index.conflictCount == 1 && index.keyCount == 1)
        index.remove(Dot(peer: PeerID(rawValue: 1), sequence: 1), from: slot)
        #expect(index.conflictCount == 0 && index.keyCount == 1)
        index.remove(Dot(peer: PeerID(rawValue: 3), sequence: 1), from: slot)
        #expect(index.keyCount == 0 && index.tombstoneCount == 1 && index.isLive(slot))
        index.remove(Dot(peer: PeerID(rawValue: 2), sequence: 1), from: slot)
        #expect(!index.isLive(slot) && index.recordCount == 0)
    }

    @Test func `taking out what is not there changes nothing`() {
        let index = LiveIndex()
        let slot = index.insert(sampleRecord(peer: 1, sequence: 1), key: [1])
        let hash = index.liveHash
        #expect(index.remove(Dot(peer: PeerID(rawValue: 1), sequence: 2), from: slot) == nil)
        #expect(index.remove(Dot(peer: PeerID(rawValue: 1), sequence: 1), from: SlotID(rawValue: 99)) == nil)
        #expect(index.retire(Dot(peer: PeerID(rawValue: 2), sequence: 1), from: slot, until: 1) == nil)
        #expect(index.recordCount == 1 && index.liveHash == hash && index.retiredCount == 0)
    }
}
