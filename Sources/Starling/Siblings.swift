public import Causality
public import DataModel

/// A key's siblings unresolved, and the context that a write needs to replace exactly them.
public struct Siblings: Hashable, Sendable, RandomAccessCollection {
    /// In canonical order; no tombstones, nothing expired.
    public var siblings: [Sibling]
    /// Given to a write as `after:`, it replaces these siblings and nothing that came since.
    public var context: CausalContext

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many siblings there are.
    public var endIndex: Int { self.siblings.count }
    /// The sibling at a position, in canonical order.
    public subscript(position: Int) -> Sibling { self.siblings[position] }

    /// The siblings' values, in canonical order.
    public var values: [Value] {
        self.siblings.map { Value($0.value) }
    }
}
