/// The base64 form of bytes (RFC 4648, section 4), padded.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            let first = bytes[index]
            let second = rest > 1 ? bytes[index + 1] : 0
            let third = rest > 2 ? bytes[index + 2] : 0
            output.append(Self.alphabet[Int(first >> 2)])
            output.append(Self.alphabet[Int((first & 0b11) << 4 | second >> 4)])
            output.append(rest > 1 ? Self.alphabet[Int((second & 0b1111) << 2 | third >> 6)] : UInt8(ascii: "="))
            output.append(rest > 2 ? Self.alphabet[Int(third & 0b11_1111)] : UInt8(ascii: "="))
            index += 3
        }
    }
}
