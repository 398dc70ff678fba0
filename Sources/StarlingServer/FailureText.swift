/// What a client is told of a write that the disk did not take.
enum FailureText {
    static let notAcknowledged =
        "ERR the log could not be synced: this write is not acknowledged; see STARLING STATUS"
}
