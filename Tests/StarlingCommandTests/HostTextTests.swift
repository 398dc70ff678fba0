import Testing

@testable import StarlingCommand

struct HostTextTests {
    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"),
            ("[::1]", "::1"),
            ("fe80::1", "fe80::1"), ("256.0.0.1", nil), ("1.2.3", nil), ("1.2.3.4.5", nil), ("1..2.3", nil),
            ("host", nil),
            ("", nil), ("239.1.2.3", nil), ("ff02::1", nil), ("1.2.3.+4", nil), ("::g", nil),
        ] as [(String, String?)])
    func `one can listen on numeric addresses`(text: String, host: String?) {
        #expect(HostText.bindable(text) == host)
    }

    @Test(arguments: [
        ("224.0.0.0", true), ("239.255.255.255", true), ("223.1.1.1", false), ("240.0.0.1", false), ("ff02::1", true),
        ("fe80::1", false), ("ffhost", false),
    ])
    func `groups are told from hosts`(text: String, isMulticast: Bool) {
        #expect(HostText.isMulticast(text) == isMulticast)
    }

    @Test(arguments: [
        ("0.0.0.0", true), ("::", true), ("0:0::0", true), ("0.0.0.1", false), ("::1", false), ("", false),
    ])
    func `addresses that stand for all cannot be dialled`(text: String, isAny: Bool) {
        #expect(HostText.isAny(text) == isAny)
    }
}
