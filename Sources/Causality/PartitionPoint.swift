extension RandomAccessCollection where Index == Int {
    /// Returns the index of the first element for which `isBefore` is false, or the end.
    ///
    /// - Precondition: no element for which it is true follows one for which it is false.
    /// - Complexity: O(log n).
    @inlinable
    package func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
        var low = self.startIndex
        var high = self.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
