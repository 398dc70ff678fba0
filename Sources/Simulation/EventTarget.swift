/// An object of the simulated world to which something happens at a scheduled moment.
///
/// Most events are one of a few steps of some long-lived object. Naming the step by a number instead of
/// catching it in a closure spares an allocation for each event.
protocol EventTarget: AnyObject {
    /// Carries out a step that was scheduled; the number is the target's own, and means nothing elsewhere.
    func carryOut(step: UInt32)
}
