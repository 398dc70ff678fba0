import Testing

@testable import StarlingCommand

struct QuantityTests {
    @Test(
        arguments: [
            ("100ms", 100), ("5s", 5_000), ("10m", 600_000), ("2h", 7_200_000), ("1d", 86_400_000), ("1MS", 1),
            ("0s", 0),
            ("5", nil), ("", nil), ("s", nil), ("-1s", nil), ("1.5s", nil), ("1 s", nil), ("5x", nil), ("٣s", nil),
            ("18446744073709551615s", nil), ("99999999999999999999ms", nil),
        ] as [(String, UInt64?)])
    func `times have units`(text: String, milliseconds: UInt64?) {
        #expect(Quantity.milliseconds(text) == milliseconds)
    }

    @Test func `a bare number can have a unit by custom`() {
        #expect(Quantity.milliseconds("5", bareUnit: "s") == 5_000)
        #expect(Quantity.milliseconds("5ms", bareUnit: "s") == 5)
    }

    @Test(
        arguments: [
            ("4096", 4096), ("64kb", 65_536), ("16MB", 16_777_216), ("1gb", 1_073_741_824), ("1tb", 1_099_511_627_776),
            ("7b", 7), ("kb", nil), ("1.5mb", nil), ("99999999999tb", nil),
        ] as [(String, UInt64?)])
    func `sizes have units of 1024`(text: String, bytes: UInt64?) {
        #expect(Quantity.bytes(text) == bytes)
    }
}
