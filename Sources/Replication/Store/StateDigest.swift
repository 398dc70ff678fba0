import ByteCoding
package import Causality
import DataModel

/// A digest of a replica's live records and context: equal states have equal digests.
package struct StateDigest: Hashable, Sendable, CustomStringConvertible {
    /// 16 bytes.
    package var bytes: [UInt8]

    package init(context: CausalContext, liveHash: (UInt64, UInt64)) {
        var writer = ByteWriter()
        writer.write(context)
        writer.write(liveHash.0)
        writer.write(liveHash.1)
        self.bytes = Array(SHA256.digest(of: writer.bytes).prefix(16))
    }

    /// 32 hexadecimal digits.
    package var description: String {
        self.bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
