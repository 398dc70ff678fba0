import Testing

@testable import StarlingCommand

struct SettingsTests {
    private static func settings(
        flags: [ParsedArguments.Given] = [], environment: [String: String] = [:], file: String = ""
    ) -> Settings {
        Settings(given: flags, environment: { environment[$0] }).adding(
            ConfigurationFile(parsing: file, name: "s.conf", flags: ServeFlags.inFiles))
    }

    @Test func `flags count before variables, variables before the file`() {
        let flag = [ParsedArguments.Given(name: "port", text: "1")]
        let environment = ["STARLING_PORT": "2"]
        let file = "port 3"
        let port = ServeFlags.port
        #expect(Self.settings(flags: flag, environment: environment, file: file).last(port)?.text == "1")
        #expect(Self.settings(environment: environment, file: file).last(port)?.text == "2")
        #expect(Self.settings(file: file).last(port)?.text == "3")
        #expect(Self.settings().last(port) == nil)
        #expect(Self.settings(environment: ["STARLING_PORT": ""], file: file).last(port)?.text == "3")
    }

    @Test func `a list comes from one place only`() {
        let environment = ["STARLING_PEERS": "a,b"]
        let flags = [
            ParsedArguments.Given(name: "peers", text: "c"), ParsedArguments.Given(name: "peers", text: "d,e"),
        ]
        #expect(
            Self.settings(environment: environment, file: "peers x").all(ServeFlags.peers).map(\.text) == ["a", "b"])
        #expect(
            Self.settings(flags: flags, environment: environment).all(ServeFlags.peers).map(\.text) == ["c", "d,e"])
    }

    @Test func `a switch can be on and off in every place`() throws {
        let flag = ServeFlags.allowFaults
        #expect(try Self.settings(flags: [ParsedArguments.Given(name: flag.name, text: nil)]).isOn(flag))
        #expect(
            try !Self.settings(flags: [ParsedArguments.Given(name: flag.name, text: "no")], file: "allow-faults")
                .isOn(flag))
        #expect(try Self.settings(environment: ["STARLING_ALLOW_FAULTS": "1"]).isOn(flag))
        #expect(try Self.settings(file: "allow-faults").isOn(flag))
        #expect(try !Self.settings().isOn(flag))
        #expect(throws: CommandError.self) {
            try Self.settings(environment: ["STARLING_ALLOW_FAULTS": "perhaps"]).isOn(flag)
        }
    }

    @Test func `what is not a setting does not come from the environment`() {
        #expect(Self.settings(environment: ["STARLING_JSON": "1"]).last(GlobalFlags.json) == nil)
    }

    @Test func `a problem names the place where the value was set`() {
        let remark = "is odd."
        let flag = Setting(flag: ServeFlags.port, text: "x", origin: .flag)
        let variable = Setting(flag: ServeFlags.secretFile, text: "x", origin: .environment)
        let line = Setting(flag: ServeFlags.port, text: "x", origin: .file("s.conf", line: 7))
        let optional = Setting(flag: ServeFlags.discover, text: "x", origin: .flag)
        #expect(flag.problem(remark) == "starling: --port x is odd.")
        #expect(variable.problem(remark) == "starling: STARLING_SECRET_FILE=x is odd.")
        #expect(line.problem(remark) == "s.conf:7: port x is odd.")
        #expect(optional.problem(remark) == "starling: --discover=x is odd.")
        #expect(flag.codeIfMalformed == .usage)
        #expect(line.codeIfMalformed == .configuration)
    }
}
