/// What sort of thing is scheduled: part of the trace hash, so that runs differ as soon as they do
/// different things at the same moments.
package enum ScheduledKind: UInt64, Sendable {
    case turn = 1
    case storageStep
    case connection
    case delivery
    case acknowledgement
    case datagram
    case resolution
    case fault
    case workload
}
