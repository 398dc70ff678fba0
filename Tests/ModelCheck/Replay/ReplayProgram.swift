import Platform
import PosixPlatform

/// Takes commands from standard input, one a line, and answers each with one line: `ok`, what was
/// asked for, or `error` and why. The commands are listed at ``ReplayCluster/perform(_:)``.
///
/// Answers are held back while further commands are at hand, so that whoever drives this pays for one
/// switch of processes and not for one per command.
@main
enum ReplayProgram {
    /// Commands are short; more than this at once is a driver gone wrong.
    private static let readLimit = 1 << 16

    static func main() throws {
        var cluster = ReplayCluster()
        var input: [UInt8] = []
        while true {
            let heard = try StandardStream.input.read(limit: Self.readLimit)
            if heard.isEmpty { return }
            input += heard
            var answers = ""
            var start = input.startIndex
            while let end = input[start...].firstIndex(of: UInt8(ascii: "\n")) {
                answers += Self.answer(to: String(decoding: input[start..<end], as: UTF8.self), in: &cluster) + "\n"
                start = end + 1
            }
            input.removeSubrange(..<start)
            if !answers.isEmpty { try StandardStream.output.write(answers) }
        }
    }

    private static func answer(to line: String, in cluster: inout ReplayCluster) -> String {
        do {
            return try cluster.perform(line.split(separator: " "))
        } catch {
            // An answer is one line, whatever the error says.
            return "error \(error)".replacing("\n", with: " ")
        }
    }
}
