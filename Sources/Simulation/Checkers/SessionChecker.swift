/// Clients of one node read their own writes: what was acknowledged there is shown there, or a successor.
package struct SessionChecker {
    /// A checker; it keeps nothing.
    package init() {}

    /// Checks what a client has read after it had been told that a write is done.
    ///
    /// - Throws: a finding about a write that was not seen.
    package func check(
        _ token: ReadToken, sees index: Int, node: String, _ history: WriteHistory
    ) throws(Finding) {
        let write = history.writes[index]
        // Under a weak durability a crash may take back what was acknowledged.
        guard !write.isLost, !write.isExcused else { return }
        let isSeen = token.writes.contains { read in
            read == index || history.writes[read].replaced.contains(write.place)
        }
        guard !isSeen else { return }
        throw Finding(
            .session,
            "\(node) had acknowledged a write of key \(history.name(of: write.key)) and then showed neither it nor "
                + "a successor", [write.dot])
    }
}
