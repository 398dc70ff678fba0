public import Causality
public import DataModel
import Replication

/// A key that changed, and what readers see of it now.
///
/// Changes between two reads of a feed fall together: the feed tells every key that changed and its
/// latest state, not every state between. What expires is not told of: the record does not change.
public struct Change: Sendable {
    /// The key that changed.
    public var key: Key
    /// What readers see now; nil if the key was deleted or has expired.
    public var value: Value?
    /// Whether the key has concurrent siblings now.
    public var isConflict: Bool
    /// The write that this change tells of.
    public var dot: Dot
    /// Where to resume: pass it as `since:` to get what follows this change.
    public var context: CausalContext

    init(_ change: KeyChange) {
        self.key = Key(change.key)
        self.value = change.value.map { Value($0) }
        self.isConflict = change.isConflict
        self.dot = change.dot
        self.context = change.context
    }
}
