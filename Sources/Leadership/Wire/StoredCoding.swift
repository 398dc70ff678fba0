package import ByteCoding
import Causality

// What the log keeps of leader mode beside entries; numbers are varints.
//
//   ballot   = term | count (0 or 1) | peer u64
//   snapshot header = position | voters and learners

extension Ballot {
    /// Appends the ballot.
    package func encode(into writer: inout ByteWriter) {
        writer.write(self.term)
        writer.writeCount(self.vote == nil ? 0 : 1)
        if let vote { writer.write(vote.rawValue) }
    }

    /// Reads a ballot that fills the reader to its end.
    package init(from reader: inout ByteReader) throws(DecodingError) {
        let term = try reader.readTerm()
        self.init(term: term, vote: try reader.readPeers(maximum: 1).first)
        try reader.finish()
    }
}

extension SnapshotHeader {
    /// Appends the header.
    package func encode(into writer: inout ByteWriter) {
        writer.write(self.position)
        writer.write(self.electorate)
    }

    /// Reads a header that fills the reader to its end.
    package init(from reader: inout ByteReader) throws(DecodingError) {
        let position = try reader.readPosition()
        self.init(position: position, electorate: try reader.readElectorate())
        try reader.finish()
    }
}
