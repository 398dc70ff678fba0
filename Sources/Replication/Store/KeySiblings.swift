package import Causality
package import DataModel

/// A key's siblings unresolved, and the token that a write needs to replace exactly them.
package struct KeySiblings: Hashable, Sendable {
    /// In canonical order; no tombstones, nothing expired.
    package var siblings: [Sibling]
    /// The dots of all live records of the key, tombstones too.
    package var context: CausalContext
    package var heldUntil: UInt64

    package init(siblings: [Sibling], context: CausalContext, heldUntil: UInt64) {
        self.siblings = siblings
        self.context = context
        self.heldUntil = heldUntil
    }
}
