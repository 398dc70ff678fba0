/// Sessions that begin with a letter: plaintext lines and HTTP.
enum TextFuzzing {
    /// The first byte says how the rest is cut into pieces, which of `firstBytes` begins it, if any, and
    /// whether something is stored before.
    static func run(_ bytes: [UInt8], firstBytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let control = input.byte()
        let node = try FuzzedNode()
        if control & 0x80 != 0 { try node.put(Array("k".utf8), Array("a value\r\nof two lines".utf8)) }
        let place = Int(control >> 3 & 0xF)
        var rest = Array(input.rest)
        if place < firstBytes.count { rest.insert(firstBytes[place], at: 0) }
        guard let first = rest.first else { return }
        let client = node.connect(firstByte: first)
        for piece in FuzzInput.pieces(of: rest, seed: control & 7) where !client.isFinished { try client.send(piece) }
        client.close()
        try self.checkReplies(client.received)
        let last = node.connect(firstByte: UInt8(ascii: "P"))
        try last.send(Array("PING\n".utf8))
        try FuzzFinding.unless(last.received == Array("+PONG\r\n".utf8), "PING is not answered any more")
    }

    /// Lines end as they must, and an HTTP response says how long it is.
    private static func checkReplies(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: "HTTP/1.1 ".utf8) else {
            try FuzzFinding.unless(bytes.isEmpty || bytes.suffix(2) == [0x0D, 0x0A][...], "a line has no end")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let fields = text.split(separator: "\r\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
        let hasLength = fields.contains { $0.lowercased().hasPrefix("content-length: ") }
        try FuzzFinding.unless(hasLength, "a response without its length: \(text.prefix(300))")
    }
}
