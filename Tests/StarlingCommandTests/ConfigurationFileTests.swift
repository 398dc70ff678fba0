import Testing

@testable import StarlingCommand

struct ConfigurationFileTests {
    private static func parse(_ text: String) -> ConfigurationFile {
        ConfigurationFile(parsing: text, name: "s.conf", flags: ServeFlags.inFiles)
    }

    private static func values(_ text: String) -> [String] {
        Self.parse(text).settings.map { "\($0.flag.name)=\($0.text)" }
    }

    @Test(arguments: [
        ("", []),
        ("\n  # only a comment\n\n", []),
        ("port 9001", ["port=9001"]),
        ("\tport\t9001\r\n", ["port=9001"]),
        ("port 9001 # why", ["port=9001"]),
        ("name a#b", ["name=a#b"]),
        ("name \"two words\"", ["name=two words"]),
        ("name \"a\\\"b\\\\c\\x41\\n\"", ["name=a\"b\\cA\n"]),
        ("name 'it\\'s # not a comment'", ["name=it's # not a comment"]),
        ("port 1\nport 2", ["port=2"]),
        ("peers a:1 b:2\npeers c:3", ["peers=a:1", "peers=b:2", "peers=c:3"]),
        ("resolver cart:* union", ["resolver=cart:*=union"]),
        ("resolver cart:*=union", ["resolver=cart:*=union"]),
        ("allow-faults", ["allow-faults=yes"]),
        ("allow-faults yes\nallow-faults no", ["allow-faults=no"]),
        ("discover on", ["discover=on"]),
        ("durability 100ms", ["durability=100ms"]),
    ])
    func `lines become settings`(text: String, settings: [String]) {
        #expect(Self.values(text) == settings)
        #expect(Self.parse(text).problems.isEmpty)
    }

    @Test func `all that is wrong is found at once, with its lines`() {
        let file = Self.parse(
            """
            resolvr x
            port
            name "open
            allow-faults maybe
            port 1 2
            config other.conf
            name "a"b
            log-level info
            """)
        #expect(
            file.problems.map(\.message) == [
                "s.conf:1: unknown directive \"resolvr\". Did you mean \"resolver\"?",
                "s.conf:2: port takes one value: port PORT",
                "s.conf:3: a quote is opened and not closed.",
                "s.conf:4: allow-faults takes yes or no, not \"maybe\".",
                "s.conf:5: port takes one value: port PORT",
                "s.conf:6: unknown directive \"config\".",
                "s.conf:7: a closing quote must be followed by a space or the line's end.",
            ])
        #expect(file.settings.map(\.text) == ["info"])
    }
}
