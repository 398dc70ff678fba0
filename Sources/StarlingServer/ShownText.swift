/// Bytes from outside, made fit to stand in a message to people.
enum ShownText {
    /// The most bytes of the original that are shown.
    static let maximumLength = 128

    /// The bytes as text: cut, what is not UTF-8 replaced, control characters as `?`.
    static func of(_ bytes: Span<UInt8>) -> String {
        var shown: [UInt8] = []
        for index in 0..<min(bytes.count, Self.maximumLength) {
            let byte = bytes[index]
            shown.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte)
        }
        let text = String(decoding: shown, as: UTF8.self)
        return bytes.count > Self.maximumLength ? text + "..." : text
    }
}
