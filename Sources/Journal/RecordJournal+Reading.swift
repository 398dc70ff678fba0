package import ByteCoding
package import DataModel
import Platform

/// Reading records back from the log.
extension RecordJournal {
    /// Bytes that may still be used on the volume of the data directory; nil if the system does not say.
    package var freeBytes: UInt64? { try? self.files.freeBytes(at: self.directory) }

    /// A buffer larger than this is given back after it was needed.
    private static let scratchMaximum = 1024 * 1024

    /// Makes `buffer` the record's value, wherever it is: not written yet, on its way, or on the disk.
    ///
    /// - Throws: ``JournalError/damaged(file:offset:what:syncedThrough:)`` if the bytes are not those
    ///   that were written; never a wrong value.
    package func readValue(_ record: LiveRecord, into buffer: inout [UInt8]) throws(JournalError) {
        try self.load(record)
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: self.scratch[(self.scratch.count - Int(record.valueLength))...])
        self.trimScratch()
    }

    /// Appends the record's encoded bytes, the same as the peer that wrote it sent.
    package func readEncoded(_ record: LiveRecord, appendingTo writer: inout ByteWriter) throws(JournalError) {
        try self.load(record)
        writer.write(self.scratch)
        self.trimScratch()
    }

    /// Returns the whole record.
    package func readRecord(_ record: LiveRecord) throws(JournalError) -> Record {
        try self.load(record)
        let bytes = self.scratch
        self.trimScratch()
        var reader = ByteReader(bytes)
        do throws(DecodingError) {
            return try reader.readRecord()
        } catch {
            throw self.log.damage(at: record.lsn, "a record makes no sense")
        }
    }

    /// Reads the record's encoded bytes into `scratch`, and verifies them.
    private func load(_ record: LiveRecord) throws(JournalError) {
        do throws(JournalError) {
            try self.loadUnnoted(record)
        } catch {
            if self.damage == nil { self.damage = error }
            throw error
        }
    }

    private func loadUnnoted(_ record: LiveRecord) throws(JournalError) {
        let count = Int(record.recordLength)
        try self.log.readPayload(at: record.lsn, count: count, into: &self.scratch)
        guard record.valueLength <= record.recordLength,
            Checksum.crc32c(0, self.scratch.span) == record.checksum
        else { throw self.log.damage(at: record.lsn, "a record is not what was written") }
    }

    private func trimScratch() {
        if self.scratch.capacity > RecordJournal.scratchMaximum { self.scratch = [] }
    }
}
