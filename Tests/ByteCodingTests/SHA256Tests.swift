import ByteCoding
import Testing

struct SHA256Tests {
    /// FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                + "mnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `published digests are met`(message: String, digest: String) {
        #expect(Hexadecimal.text(SHA256.digest(of: Array(message.utf8))) == digest)
    }

    @Test func `a million letters have their published digest`() {
        var hash = SHA256()
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 10_000)
        for _ in 0..<100 { hash.update(letters) }
        #expect(
            Hexadecimal.text(hash.finalize()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func `messages of every length around the block's are padded rightly`() {
        // The digest of the digests of 0..<n for n from 0 to 200, from another implementation.
        var all = SHA256()
        for length in 0...200 { all.update(SHA256.digest(of: (0..<length).map { UInt8($0) })) }
        #expect(Hexadecimal.text(all.finalize()) == "64ef7c229fce2408b5336b6a542fea0e078c3a87d2da85cb3fc52e2008b65021")
    }

    @Test func `a message may come in pieces`() {
        let message = (0..<150).map { UInt8($0) }
        let digest = SHA256.digest(of: message)
        for split in 0...message.count {
            var hash = SHA256()
            hash.update(Array(message[..<split]))
            hash.update(Array(message[split...]))
            #expect(hash.finalize() == digest)
        }
    }
}
