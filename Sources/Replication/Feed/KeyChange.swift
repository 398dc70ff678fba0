package import Causality

/// A key that changed, and what readers see of it now.
package struct KeyChange: Hashable, Sendable {
    package var key: [UInt8]
    /// What readers see; nil if nothing, or if the key's resolver leaves the choice to them.
    package var value: [UInt8]?
    /// Whether the key has concurrent siblings that readers could see.
    package var isConflict: Bool
    /// The write that this change tells of.
    package var dot: Dot
    /// Where to resume: everything told up to here.
    package var context: CausalContext

    package init(key: [UInt8], value: [UInt8]?, isConflict: Bool, dot: Dot, context: CausalContext) {
        self.key = key
        self.value = value
        self.isConflict = isConflict
        self.dot = dot
        self.context = context
    }
}
