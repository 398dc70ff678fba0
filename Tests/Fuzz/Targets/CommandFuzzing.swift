import RESP

/// The commands of the Redis protocol.
enum CommandFuzzing {
    private static let newLine = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    /// Each line is a request, its words parted by spaces. A line that begins with a space is another client's.
    static func run(_ bytes: [UInt8]) throws {
        let node = try FuzzedNode()
        var clients = [node.connect(firstByte: UInt8(ascii: "*")), node.connect(firstByte: UInt8(ascii: "*"))]
        for line in bytes.split(separator: Self.newLine).prefix(64) {
            let place = line.first == Self.space ? 1 : 0
            let words = line.split(separator: Self.space, omittingEmptySubsequences: false).map(Array.init)
            if clients[place].isFinished {
                clients[place].close()
                try RESPFuzzing.checkReplies(clients[place])
                clients[place] = node.connect(firstByte: UInt8(ascii: "*"))
            }
            var request: [UInt8] = []
            RESPRequest.encode(Array(words.dropFirst(place)), into: &request)
            try clients[place].send(request)
        }
        for client in clients {
            client.close()
            try RESPFuzzing.checkReplies(client)
        }
        let last = node.connect(firstByte: UInt8(ascii: "*"))
        try last.send(Array("*1\r\n$4\r\nPING\r\n".utf8))
        try FuzzFinding.unless(last.received == Array("+PONG\r\n".utf8), "PING is not answered any more")
        try node.checkReopening()
    }
}
