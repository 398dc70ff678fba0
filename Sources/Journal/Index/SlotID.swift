/// The number of one key's slot in a ``LiveIndex``.
///
/// A key keeps its number as long as it has a live record. Afterwards the number may name another key.
package struct SlotID: Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static func < (left: SlotID, right: SlotID) -> Bool {
        left.rawValue < right.rawValue
    }
}
