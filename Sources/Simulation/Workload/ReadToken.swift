package import Causality

/// What a client has read of a key, to be given back with a write that replaces exactly that.
package struct ReadToken: Sendable {
    package let key: [UInt8]
    package let context: CausalContext
}
