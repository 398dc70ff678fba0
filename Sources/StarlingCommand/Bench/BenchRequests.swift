/// Makes requests of random keys, always the same ones for the same seed.
///
/// Keys are `key:` and twelve digits, so all requests of a kind are equally long and are written by copying one.
struct BenchRequests {
    private static let digits = 12

    private let load: BenchLoad
    private let set: [UInt8]
    private let get: [UInt8]
    private var state: UInt64

    init(_ load: BenchLoad, seed: UInt64) {
        self.load = load
        self.state = seed
        let key = "$\(4 + Self.digits)\r\nkey:" + String(repeating: "0", count: Self.digits) + "\r\n"
        let value = "$\(load.valueLength)\r\n" + String(repeating: "x", count: load.valueLength) + "\r\n"
        self.set = Array(("*3\r\n$3\r\nSET\r\n" + key + value).utf8)
        self.get = Array(("*2\r\n$3\r\nGET\r\n" + key).utf8)
    }

    /// Appends the next request.
    mutating func append(to bytes: inout [UInt8]) {
        switch self.load.kind {
        case .set: self.append(self.set, to: &bytes)
        case .get: self.append(self.get, to: &bytes)
        case .mixed: self.append(self.next() % 100 < self.load.reads ? self.get : self.set, to: &bytes)
        case .ping: bytes.append(contentsOf: Self.ping)
        }
    }

    private static let ping = Array("*1\r\n$4\r\nPING\r\n".utf8)
    /// Where the key's digits begin in a request: both begin with equally many bytes.
    private static let keyStart = "*3\r\n$3\r\nSET\r\n$16\r\nkey:".utf8.count

    private mutating func append(_ request: [UInt8], to bytes: inout [UInt8]) {
        let start = bytes.count + Self.keyStart
        bytes.append(contentsOf: request)
        var rest = self.next() % self.load.keys
        for index in (0..<Self.digits).reversed() {
            bytes[start + index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// The next random number: SplitMix64, by Steele, Lea and Flood.
    private mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
