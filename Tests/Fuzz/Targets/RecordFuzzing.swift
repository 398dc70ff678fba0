import ByteCoding
import Causality
import DataModel

/// Records and contexts as they lie in the log and travel.
enum RecordFuzzing {
    /// What can be read is written as the very same bytes.
    static func run(_ bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        if let record = try? reader.readRecord() {
            var writer = ByteWriter()
            writer.write(record)
            try FuzzFinding.unless(writer.bytes == bytes, "a record is written as \(writer.bytes)")
            try FuzzFinding.unless(writer.bytes.count <= DataLimits.recordLength, "a record is too long")
        }
        reader = ByteReader(bytes)
        if let context = try? reader.readContext() {
            var writer = ByteWriter()
            writer.write(context)
            try FuzzFinding.unless(
                writer.bytes == Array(bytes[..<reader.offset]), "\(context) is written as \(writer.bytes)")
            try FuzzFinding.unless(context.union(context) == context, "\(context) joined with itself is another")
            if let other = try? reader.readContext() {
                let union = context.union(other)
                try FuzzFinding.unless(union == other.union(context), "joining depends on the order")
                try FuzzFinding.unless(
                    union.isSuperset(of: context) && union.isSuperset(of: other), "a join lacks what was joined")
            }
        }
        reader = ByteReader(bytes)
        if let vector = try? reader.readVector() {
            var writer = ByteWriter()
            writer.write(vector)
            try FuzzFinding.unless(
                writer.bytes == Array(bytes[..<reader.offset]), "\(vector) is written as \(writer.bytes)")
        }
        try self.readCounter(bytes)
    }

    /// A counter's value comes from peers like any other.
    private static func readCounter(_ bytes: [UInt8]) throws {
        guard let counter = try? CounterValue(decoding: bytes) else { return }
        try FuzzFinding.unless(counter.encoded == bytes, "a counter is written as \(counter.encoded)")
        _ = counter.total
    }
}
