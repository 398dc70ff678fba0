/// Numbers with a unit, as people write them in flags and files.
enum Quantity {
    /// Milliseconds in each unit of time.
    private static let times: [(unit: String, factor: UInt64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// Bytes in each unit of size; 1024, as in redis.conf's `kb`.
    private static let sizes: [(unit: String, factor: UInt64)] = [
        ("b", 1), ("kb", 1 << 10), ("mb", 1 << 20), ("gb", 1 << 30), ("tb", 1 << 40),
    ]

    /// Returns the milliseconds that `100ms`, `5s`, `10m`, `2h` or `1d` stand for.
    ///
    /// - Parameter bareUnit: what a number without a unit counts; nil if it needs one.
    /// - Returns: nil if it is none of these or too large.
    static func milliseconds(_ text: String, bareUnit: String? = nil) -> UInt64? {
        Self.value(text, Self.times, bareUnit: bareUnit)
    }

    /// Returns the bytes that `4096`, `64kb`, `16mb` or `1gb` stand for; nil if it is none of these or too large.
    static func bytes(_ text: String) -> UInt64? {
        Self.value(text, Self.sizes, bareUnit: "b")
    }

    private static func value(
        _ text: String, _ units: [(unit: String, factor: UInt64)], bareUnit: String?
    ) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let named = text.dropFirst(digits.count).lowercased()
        let unit = named.isEmpty ? bareUnit : named
        guard let number = UInt64(digits), let entry = units.first(where: { $0.unit == unit }) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: entry.factor)
        return overflow ? nil : product
    }
}
