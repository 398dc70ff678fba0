import ByteCoding
import Causality
import DataModel

/// A causal context as a client carries it about: hexadecimal digits that mean nothing to it.
enum CausalToken {
    /// The most digits that are read.
    private static let maximumLength = 128 * 1024

    static func text(of context: CausalContext) -> String {
        var writer = ByteWriter()
        writer.write(context)
        return Hexadecimal.encode(writer.bytes)
    }

    /// The context that ``text(of:)`` wrote; nil for anything else.
    static func context(of digits: Span<UInt8>) -> CausalContext? {
        guard digits.count <= Self.maximumLength, let bytes = Hexadecimal.decode(digits) else { return nil }
        var reader = ByteReader(bytes)
        do throws(DecodingError) {
            let context = try reader.readContext()
            try reader.finish()
            return context
        } catch {
            return nil
        }
    }
}
