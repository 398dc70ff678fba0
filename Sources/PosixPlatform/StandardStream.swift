import CPosixShim
package import Platform

/// The three streams a process is born with.
package enum StandardStream: Int32, Hashable, Sendable {
    case input = 0
    case output = 1
    case errors = 2

    /// Writes the text's UTF-8 bytes, without buffering; blocks as long as the reader does.
    package func write(_ text: String) throws(SystemCallError) {
        try self.write(Array(text.utf8))
    }

    /// Writes bytes, without buffering; blocks as long as the reader does.
    package func write(_ bytes: [UInt8]) throws(SystemCallError) {
        let result = unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(0) }
            return unsafe starling_descriptor_write(self.rawValue, start, bytes.count)
        }
        try SystemCallError.check(result, "write", "\(self)")
    }

    /// Waits for input and returns up to `limit` bytes of it; none at its end.
    package func read(limit: Int) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(1, limit))
        let count = unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return Int64(0) }
            return unsafe starling_descriptor_read(self.rawValue, start, bytes.count)
        }
        try SystemCallError.check(Int32(clamping: count), "read", "\(self)")
        bytes.removeLast(bytes.count - Int(count))
        return bytes
    }
}
