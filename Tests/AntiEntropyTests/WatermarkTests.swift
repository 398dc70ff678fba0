import AntiEntropy
import Causality
import Testing

@Suite struct WatermarkTests {
    private let a = PeerID(rawValue: 1)
    private let b = PeerID(rawValue: 2)
    private let writer = PeerID(rawValue: 9)

    private func dot(_ sequence: UInt64) -> Dot {
        Dot(peer: self.writer, sequence: sequence)
    }

    @Test func `holders are counted by what each member said last`() {
        var watermark = Watermark()
        watermark.admit(self.b)
        watermark.admit(self.a)
        watermark.admit(self.a)
        #expect(watermark.peers == [self.a, self.b])
        #expect(watermark.holders(of: self.dot(1)) == 0)
        watermark.update(self.a, to: CausalContext([self.dot(1), self.dot(3)]))
        #expect(watermark.holders(of: self.dot(3)) == 1)
        watermark.update(self.b, to: CausalContext([self.dot(1)]))
        #expect(watermark.holders(of: self.dot(1)) == 2)
        watermark.update(self.a, to: CausalContext())
        #expect(watermark.holders(of: self.dot(1)) == 1)
    }

    @Test func `covered by all means contiguously, and by everyone who is known`() {
        var watermark = Watermark()
        watermark.admit(self.a)
        watermark.admit(self.b)
        watermark.update(self.a, to: CausalContext([self.dot(1), self.dot(2)]))
        #expect(watermark.firstLacking(self.dot(1)) != nil)
        watermark.update(self.b, to: CausalContext([self.dot(1), self.dot(3)]))
        #expect(watermark.firstLacking(self.dot(1)) == nil)
        #expect(watermark.firstLacking(self.dot(3)) != nil)
        // Nor where all have it, and one lacks what lies below.
        watermark.update(self.a, to: CausalContext([self.dot(1), self.dot(2), self.dot(3)]))
        #expect(watermark.firstLacking(self.dot(3)) != nil)
        watermark.update(self.a, to: CausalContext([self.dot(1), self.dot(2)]))
        #expect(watermark.common[self.writer] == 1)
        watermark.remove(self.b)
        #expect(watermark.firstLacking(self.dot(2)) == nil)
        #expect(watermark.common[self.writer] == 2)
    }

    @Test func `strangers do not count`() {
        var watermark = Watermark()
        watermark.update(self.a, to: CausalContext([self.dot(1)]))
        #expect(watermark.holders(of: self.dot(1)) == 0)
        #expect(watermark.context(of: self.a) == nil)
    }
}
