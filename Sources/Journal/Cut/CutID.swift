/// Names a cut that is open in a journal; never used again within it.
package struct CutID: Hashable, Sendable {
    let rawValue: UInt64
}
