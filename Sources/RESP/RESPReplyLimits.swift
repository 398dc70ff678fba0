/// The bounds on what a server may send in one reply.
///
/// Every value is brought into 1...2^40, see ``RESPLimits/ceiling``.
package struct RESPReplyLimits: Sendable, Equatable {
    /// The most replies that may lie within each other, the outermost included.
    package let maximumDepth: Int

    /// The most bytes in one bulk string.
    package let maximumBulkLength: Int

    /// The most bytes in one line.
    package let maximumLineLength: Int

    /// The most elements in one reply, counted through all its levels.
    package let maximumElements: Int

    /// The most bytes in one reply.
    package let maximumReplyLength: Int

    /// Creates limits; what is not said is 32 levels, 64 MiB a bulk string, 64 KiB a line, 2^24 elements and
    /// 1 GiB a reply.
    package init(
        maximumDepth: Int = 32,
        maximumBulkLength: Int = 67_108_864,
        maximumLineLength: Int = 65_536,
        maximumElements: Int = 16_777_216,
        maximumReplyLength: Int = 1_073_741_824
    ) {
        self.maximumDepth = min(max(maximumDepth, 1), RESPLimits.ceiling)
        self.maximumBulkLength = min(max(maximumBulkLength, 1), RESPLimits.ceiling)
        self.maximumLineLength = min(max(maximumLineLength, 1), RESPLimits.ceiling)
        self.maximumElements = min(max(maximumElements, 1), RESPLimits.ceiling)
        self.maximumReplyLength = min(max(maximumReplyLength, 1), RESPLimits.ceiling)
    }
}
