/// Why a command was not carried out.
enum ReplayError: Error, CustomStringConvertible {
    /// The line is no command, or one for a node or conversation that is not there.
    case command(String)
    /// The code under test has done what no script should make it do.
    case unexpected(String)

    var description: String {
        switch self {
        case .command(let words): "not a command here: \(words)"
        case .unexpected(let words): words
        }
    }
}
