/// How far what replies wait for has come.
package struct Acknowledged: Hashable, Sendable {
    /// The log is synced up to here, or need not be.
    package var lsn: UInt64
    /// The last ticket of leader mode up to which all are acknowledged.
    package var ticket: UInt64

    /// Everything.
    package static let all = Acknowledged(lsn: .max, ticket: .max)

    package init(lsn: UInt64, ticket: UInt64) {
        self.lsn = lsn
        self.ticket = ticket
    }

    /// Whether a reply may leave that is held until then: a position of the log, or a ticket, which is beyond all of
    /// those.
    package func covers(_ heldUntil: UInt64) -> Bool {
        heldUntil < TicketQueue.base ? heldUntil <= self.lsn : heldUntil - TicketQueue.base <= self.ticket
    }
}
