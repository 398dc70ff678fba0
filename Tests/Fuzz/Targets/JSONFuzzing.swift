import Starling

/// JSON text, which any client may have stored.
enum JSONFuzzing {
    /// What can be decoded as some type is encoded and decoded as the same.
    static func run(_ bytes: [UInt8]) throws {
        try self.compare([String: [Double]].self, bytes)
        try self.compare([[String?]].self, bytes)
        try self.compare([Int64].self, bytes)
        try self.compare([UInt8: Bool].self, bytes)
        try self.compare(String.self, bytes)
        try self.compare(Float.self, bytes)
        try self.compare(Chain.self, bytes)
    }

    /// A value as deep as the text has it.
    private struct Chain: Codable, Equatable {
        var name: String?
        var next: [Chain]?
    }

    private static func compare<Value: Codable & Equatable>(_ type: Value.Type, _ bytes: [UInt8]) throws {
        let coder = JSONValueCoder()
        guard let value = try? coder.value(type, decoding: bytes) else { return }
        let encoded = try coder.bytes(encoding: value)
        let again = try coder.value(type, decoding: encoded)
        try FuzzFinding.unless(again == value, "\(value) comes back as \(again)")
    }
}
