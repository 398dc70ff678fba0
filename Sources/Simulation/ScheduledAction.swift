/// What is to be done when an event's time has come.
enum ScheduledAction {
    /// For what happens rarely, or carries more than a number.
    case call(() -> Void)
    /// For what happens all the time.
    case step(any EventTarget, UInt32)
}
