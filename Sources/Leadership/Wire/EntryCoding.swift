package import ByteCoding

extension LeadershipEntry {
    /// Appends the term and the content; the index follows from where the entry stands.
    package func encode(into writer: inout ByteWriter) {
        switch self.content {
        case .start:
            writer.write(RaftFormat.EntryKind.start.rawValue)
            writer.write(self.position.term)
        case .payload(let bytes):
            writer.write(RaftFormat.EntryKind.payload.rawValue)
            writer.write(self.position.term)
            writer.writeLengthPrefixed(bytes)
        case .electorate(let electorate):
            writer.write(RaftFormat.EntryKind.electorate.rawValue)
            writer.write(self.position.term)
            writer.write(electorate)
        }
    }

    /// Reads the entry that stands at `index`.
    package init(from reader: inout ByteReader, at index: UInt64) throws(DecodingError) {
        guard let kind = RaftFormat.EntryKind(rawValue: try reader.readUInt8()) else { throw .malformed }
        let position = LogPosition(index: index, term: try reader.readTerm())
        let content: Content =
            switch kind {
            case .start: .start
            case .payload: .payload(try reader.readLengthPrefixedBytes(maximum: RaftFormat.payloadLength))
            case .electorate: .electorate(try reader.readElectorate())
            }
        self.init(position: position, content: content)
    }
}
