import Platform

/// Reading into arrays.
enum WholeReads {
    /// Grown arrays are filled from here, by copying.
    private static let zeros = [UInt8](repeating: 0, count: 64 * 1024)

    /// Makes `bytes` what the file holds from `offset` on: `count` bytes, or fewer at its end.
    /// Returns how many there are, which is also the new `bytes.count`.
    @discardableResult
    static func read(
        _ file: FileID, at offset: UInt64, count: Int, into bytes: inout [UInt8], files: any FileSystem
    ) throws(JournalError) -> Int {
        if bytes.count > count { bytes.removeLast(bytes.count - count) }
        while bytes.count < count {
            bytes.append(contentsOf: WholeReads.zeros.prefix(count - bytes.count))
        }
        guard count > 0 else { return 0 }
        var found = 0
        do throws(SystemCallError) {
            var span = bytes.mutableSpan
            found = try files.read(file, at: offset, into: &span)
        } catch {
            var located = error
            located.subject += " at byte \(offset)"
            throw .unreadable(located)
        }
        bytes.removeLast(count - found)
        return found
    }
}
