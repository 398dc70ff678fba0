import Causality

/// A synced state of the store that stays readable while writers go on: the records whose dots are in its context,
/// and which were live when it was opened.
///
/// A record never becomes live again; so of the context's dots, those that are live now were live then, and the
/// others that were live then are among the ``HeldRecords``.
struct Cut {
    let id: CutID
    /// What had been seen, as of the synced log.
    let context: CausalContext
    /// How many records had been held for others when it was opened: they were not live then.
    let heldBefore: UInt64
    /// Whether it is read in the order of keys; then its ``KeyCut`` knows what has still to be read.
    var isOfKeys = false
    /// If so, the dots of what it has still to read and that was replaced. Only looked up.
    var wanted: Set<Dot> = []
    /// Everything up to this dot has been read; nil for nothing.
    var passed: Dot?
    /// The dots of the records that are held for it, in the order of their replacement.
    var held: [Dot] = []

    /// Whether a record is still to be read that has been replaced now.
    func wants(_ dot: Dot) -> Bool {
        if self.isOfKeys { return self.wanted.contains(dot) }
        if let passed = self.passed, dot <= passed { return false }
        return self.context.contains(dot)
    }
}
