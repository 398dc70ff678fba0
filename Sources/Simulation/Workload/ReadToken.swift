package import Causality

/// What a client has read of a key, to be given back with a write that replaces exactly that.
package struct ReadToken: Sendable {
    /// The key that was read.
    package let key: [UInt8]
    /// The siblings' dots, as the node told them.
    package let context: CausalContext
    /// The indices in the history of the writes that were read: what the dots named then.
    package let writes: [Int]
    /// The values of the siblings that readers see.
    package let values: [[UInt8]]

    /// Puts a token together.
    package init(key: [UInt8], context: CausalContext, writes: [Int], values: [[UInt8]]) {
        self.key = key
        self.context = context
        self.writes = writes
        self.values = values
    }
}
