/// The end of a snapshot.
package struct SnapshotOffer: Hashable, Sendable {
    package var term: Term
    package var round: UInt64
    package var header: SnapshotHeader

    package init(term: Term, round: UInt64, header: SnapshotHeader) {
        self.term = term
        self.round = round
        self.header = header
    }
}
