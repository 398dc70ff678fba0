/// The bounds on what a client may send in one request.
///
/// The values are checked against the numbers that a request declares, before its bytes arrive, so a
/// hostile length costs no memory. Every value is brought into 1...``ceiling``, which keeps all sums of
/// offsets and lengths far from overflow.
package struct RESPLimits: Sendable, Equatable {
    /// The largest value that any limit can have: 2^40.
    package static let ceiling = 1 << 40

    /// The most arguments in one request, the command name included.
    package let maximumArguments: Int

    /// The most bytes in one argument.
    ///
    /// It should lie somewhat above the longest value that the store takes, so that a value just over
    /// the store's own limit gets the store's answer and not a closed connection.
    package let maximumBulkLength: Int

    /// The most bytes in one inline request, its line end not counted.
    package let maximumInlineLength: Int

    /// The most bytes in one whole request: what a caller may have to keep for a request that never ends.
    package let maximumRequestLength: Int

    /// Creates limits; what is not said is 2^20 arguments, 16 MiB and 64 KiB an argument, 64 KiB a line
    /// and 64 MiB a request.
    package init(
        maximumArguments: Int = 1_048_576,
        maximumBulkLength: Int = 16_777_216 + 65_536,
        maximumInlineLength: Int = 65_536,
        maximumRequestLength: Int = 67_108_864
    ) {
        self.maximumArguments = min(max(maximumArguments, 1), Self.ceiling)
        self.maximumBulkLength = min(max(maximumBulkLength, 1), Self.ceiling)
        self.maximumInlineLength = min(max(maximumInlineLength, 1), Self.ceiling)
        self.maximumRequestLength = min(max(maximumRequestLength, 1), Self.ceiling)
    }
}
