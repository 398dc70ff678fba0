import ByteCoding
package import Causality
import DataModel

/// A context as it is handed about to ask for an incremental backup: encoded contexts, one after the other, whose
/// union counts.
package enum BackupContext {
    /// Bytes that are read.
    package static let lengthMaximum = 16 * 1024 * 1024

    package static func bytes(of context: CausalContext) -> [UInt8] {
        var writer = ByteWriter()
        for part in context.encodableParts { writer.write(part) }
        return writer.bytes
    }

    /// The context that ``bytes(of:)`` wrote; nil for anything else.
    package static func context(of bytes: [UInt8]) -> CausalContext? {
        guard bytes.count <= BackupContext.lengthMaximum else { return nil }
        var reader = ByteReader(bytes)
        var context = CausalContext()
        while reader.remaining > 0 {
            guard let part = try? reader.readContext() else { return nil }
            context.formUnion(part)
        }
        return context
    }
}
