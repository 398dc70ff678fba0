package import ByteCoding
package import Causality

/// Some of what one synced state holds.
package struct CutPart: Sendable {
    /// Ranges after which a part is full: their encoding takes some 20 bytes each at the most.
    static let rangeMaximum = 2048

    /// Records that the reader lacks, each a varint length and its encoded bytes.
    package var records = ByteWriter()
    package var recordCount = 0
    /// Dots the reader has that were live.
    package var kept = CausalContext()
    package var keptCount = 0
    /// Runs in `kept`, at the most.
    var keptRanges = 0
    private var lastKept: Dot?

    package init() {}

    /// Adds a dot above all before it.
    mutating func keep(_ dot: Dot) {
        self.kept.insert(dot)
        self.keptCount += 1
        let goesOn = self.lastKept.map { $0.peer == dot.peer && $0.sequence + 1 == dot.sequence } ?? false
        if !goesOn { self.keptRanges += 1 }
        self.lastKept = dot
    }
}
