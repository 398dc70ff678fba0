/// How a run of the program ended, as scripts and service supervisors see it.
///
/// The numbers from 64 on are those of BSD's sysexits.
enum ExitCode: Int32, Sendable, CaseIterable {
    case success = 0
    /// The answer is no: the key is missing, the cluster is not well, a step was not as told.
    case no = 1
    /// The command line is wrong.
    case usage = 64
    /// A file holds damaged data.
    case badData = 65
    /// The server cannot be reached, or is not Starling.
    case unreachable = 69
    /// The program itself is at fault.
    case defect = 70
    /// A port or a directory cannot be had: somebody else has it.
    case inUse = 73
    /// Reading or writing failed.
    case inputOutput = 74
    /// Not now: it was not done in the time allowed.
    case tryAgain = 75
    /// The server refuses.
    case refused = 77
    /// A setting is wrong; starting again without changing it is of no use.
    case configuration = 78
    /// Ended by the interrupt key.
    case interrupted = 130
    /// Ended by a second request to terminate.
    case terminated = 143
}
