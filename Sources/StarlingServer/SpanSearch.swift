extension Span where Element == UInt8 {
    /// The place of the first such byte from `start` on; nil if there is none.
    func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var index = start
        while index < self.count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }
}
