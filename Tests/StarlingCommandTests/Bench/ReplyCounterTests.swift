import Testing

@testable import StarlingCommand

/// Replies are counted however they arrive.
struct ReplyCounterTests {
    private static let replies = Array(
        "+OK\r\n:12\r\n$5\r\nab\r\nc\r\n$-1\r\n-ERR no\r\n$0\r\n\r\n-BUSY later\r\n_\r\n".utf8)

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `all kinds of replies, in pieces of any length`(length: Int) throws {
        var counter = ReplyCounter()
        var count = 0
        for start in stride(from: 0, to: Self.replies.count, by: length) {
            let piece = Array(Self.replies[start..<min(start + length, Self.replies.count)])
            let completed = counter.take(piece.span)
            count += try #require(completed)
        }
        #expect(count == 8)
        #expect(counter.errors == 2)
        #expect(String(decoding: counter.firstError, as: UTF8.self) == "ERR no")
    }

    @Test(arguments: ["HTTP/1.1 400\r\n", "$x\r\n", "$99999999999999999999\r\n", "*1\r\n"])
    func `what no measured command is answered with is refused`(text: String) {
        var counter = ReplyCounter()
        let bytes = Array(text.utf8)
        let completed = counter.take(bytes.span)
        #expect(completed == nil)
    }

    @Test func `of a long error the beginning is kept`() throws {
        var counter = ReplyCounter()
        let reply = Array(("-" + String(repeating: "e", count: 5000) + "\r\n+OK\r\n").utf8)
        let completed = counter.take(reply.span)
        #expect(completed == 2)
        #expect(counter.firstError.count == 200)
    }
}
