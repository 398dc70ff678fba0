import DataModel
import Platform
import Starling
import Testing

@testable import StarlingCommand

struct ServeSettingsReaderTests {
    private static let machine = ServeSettings.Machine(
        hostName: "tower", processID: 42, hosts: ["127.0.0.1", "10.0.0.5", "::1"])

    private static func read(
        _ flags: [(Flag, String)] = [], file: String = "", environment: [String: String] = [:]
    ) throws(CommandError) -> ServeSettings {
        let given = flags.map { ParsedArguments.Given(name: $0.0.name, text: $0.1) }
        let file = ConfigurationFile(parsing: file, name: "s.conf", flags: ServeFlags.inFiles)
        let settings = Settings(given: given, environment: { environment[$0] }).adding(file)
        return try ServeSettingsReader.read(settings, machine: Self.machine, fileProblems: file.problems)
    }

    private static func lines(_ flags: [(Flag, String)] = [], file: String = "") -> CommandError {
        do throws(CommandError) {
            _ = try Self.read(flags, file: file)
            return CommandError(.success, lines: [])
        } catch {
            return error
        }
    }

    @Test func `everything has a default`() throws {
        let settings = try Self.read()
        #expect(settings.port == 9000)
        #expect(settings.bind == "127.0.0.1")
        #expect(settings.data == "starling-data")
        #expect(settings.name == "tower:9000")
        #expect(settings.cluster == "starling")
        #expect(settings.durability == .everyWrite)
        #expect(settings.mode == .leaderless)
        #expect(settings.acknowledgement == .majority)
        #expect(settings.forwards)
        #expect(settings.discovery == .off)
        #expect(settings.peers.isEmpty)
        #expect(!settings.allowsFaults)
        #expect(!settings.isOpenToOthers)
        #expect(settings.traceLevel == .info)
    }

    @Test(arguments: [
        ("async", NodeConfiguration.Acknowledgement.asynchronous), ("semi", .semiSynchronous),
        ("majority", .majority), ("sync", .synchronous),
    ])
    func `leader mode has its settings`(word: String, acknowledgement: NodeConfiguration.Acknowledgement) throws {
        let settings = try Self.read([
            (ServeFlags.mode, "leader"), (ServeFlags.acknowledgement, word), (ServeFlags.onFollower, "redirect"),
        ])
        #expect(settings.mode == .leader)
        #expect(settings.acknowledgement == acknowledgement)
        #expect(!settings.forwards)
    }

    @Test func `what leader mode has no word for is said`() {
        let error = Self.lines([
            (ServeFlags.mode, "both"), (ServeFlags.acknowledgement, "none"), (ServeFlags.onFollower, "ask"),
        ])
        #expect(
            error.lines == [
                "starling: --mode both is not a mode. Use leaderless or leader.",
                "starling: --on-follower ask is not what a follower can do. Use forward or redirect.",
                "starling: --ack none is not a way to acknowledge. Use async, semi, majority or sync.",
            ])
    }

    @Test func `every setting is understood`() throws {
        let settings = try Self.read([
            (ServeFlags.port, "0"), (ServeFlags.bind, "0.0.0.0"), (ServeFlags.advertise, "a.example:7000"),
            (ServeFlags.peers, "10.0.0.2,b.example:9001"), (ServeFlags.peers, "[::1]:9002"),
            (ServeFlags.discover, "239.1.2.3"), (ServeFlags.discoverInterface, "eth0"),
            (ServeFlags.resolver, "cart:*=union"), (ServeFlags.resolver, "*=lww"), (ServeFlags.durability, "100ms"),
            (ServeFlags.allowFaults, "yes"), (ServeFlags.logLevel, "warning"), (ServeFlags.logFormat, "json"),
        ])
        #expect(settings.port == 0)
        #expect(settings.name == "tower-42")
        #expect(settings.isOpenToOthers)
        #expect(settings.advertise == "a.example:7000")
        #expect(settings.peers == ["10.0.0.2", "b.example:9001", "[::1]:9002"])
        #expect(settings.discovery == .multicast(group: "239.1.2.3:9909", interface: "eth0"))
        #expect(settings.resolvers.announcement == ["*=lww", "cart:*=union"])
        #expect(settings.durability == .interval(milliseconds: 100))
        #expect(settings.allowsFaults)
        #expect(settings.traceLevel == .warning)
        #expect(settings.traceFormat == .json)
    }

    @Test(arguments: [("", true), ("on", true), ("yes", true), ("off", false), ("no", false)])
    func `discovery without a group uses the usual one`(text: String, isOn: Bool) throws {
        let discovery = try Self.read([(ServeFlags.discover, text)]).discovery
        #expect(discovery == (isOn ? .multicast(group: "239.77.83.1:9909", interface: nil) : .off))
    }

    @Test(
        arguments: [
            (ServeFlags.port, "70001", 64, "starling: --port 70001 is not a port. Use 1-65535, or 0 for any free one."),
            (
                ServeFlags.advertise, "0.0.0.0", 78,
                "starling: --advertise 0.0.0.0 cannot be dialled by other peers. "
                    + "Give the address they should use, e.g. 10.0.0.5."
            ),
            (ServeFlags.peers, "a:b,c", 64, "starling: --peers a:b,c names a peer \"a:b\" that is not HOST:PORT."),
            (
                ServeFlags.discover, "10.0.0.2:9000", 78,
                "starling: --discover=10.0.0.2:9000 is not a multicast group: those are 224.0.0.0 to 239.255.255.255. "
                    + "To name a peer use --peers 10.0.0.2:9000."
            ),
            (
                ServeFlags.resolver, "*=unoin", 78,
                "starling: --resolver *=unoin names a resolver \"unoin\" that does not exist. Did you mean \"union\"? "
                    + "Built in: version lww keep-all counter union. Own ones are Swift closures."
            ),
            (
                ServeFlags.durability, "5", 64,
                "starling: --durability 5 is not a durability. "
                    + "Use always, never, or an interval from 1ms to 1h such as 100ms."
            ),
            (
                ServeFlags.name, "", 64,
                "starling: --name is not a node's name. Use 1 to 64 bytes without control characters."
            ),
            (
                ServeFlags.discoverInterface, "eth0", 78,
                "starling: --discover-interface eth0 is of no use without --discover."
            ),
            (
                ServeFlags.logLevel, "loud", 64,
                "starling: --log-level loud is not a level. Use debug, info, notice, warning or error."
            ),
        ] as [(Flag, String, Int32, String)])
    func `a wrong value is refused with what to do`(flag: Flag, text: String, code: Int32, message: String) {
        let error = Self.lines([(flag, text)])
        #expect(error.lines == [message])
        #expect(error.code.rawValue == code)
    }

    @Test func `all that is wrong is told at once, the file's lines in order`() {
        let error = Self.lines(
            [(ServeFlags.bind, "nowhere")], file: "log-level loud\nportt 1\nport 99999\nadvertise ::")
        #expect(error.code == .configuration)
        #expect(
            error.lines == [
                "s.conf:1: log-level loud is not a level. Use debug, info, notice, warning or error.",
                "s.conf:2: unknown directive \"portt\". Did you mean \"port\"?",
                "s.conf:3: port 99999 is not a port. Use 1-65535, or 0 for any free one.",
                "s.conf:4: advertise :: cannot be dialled by other peers. "
                    + "Give the address they should use, e.g. 10.0.0.5.",
                "starling: --bind nowhere is not an address to listen on. "
                    + "Use 127.0.0.1, ::1, 0.0.0.0, :: or one of this machine.",
            ])
    }
}
