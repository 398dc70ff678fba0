import DataModel
import Platform
import Starling

/// Checks every setting of `starling serve` and collects all that is wrong, so that it can be told at once.
struct ServeSettingsReader {
    private let settings: Settings
    private let machine: ServeSettings.Machine
    private var result = ServeSettings()
    /// What is wrong in the file, with its lines, and what is wrong elsewhere.
    private var fileProblems: [ConfigurationFile.Problem] = []
    private var otherProblems: [String] = []
    private var code = ExitCode.usage

    private init(_ settings: Settings, _ machine: ServeSettings.Machine) {
        self.settings = settings
        self.machine = machine
    }

    /// Returns the settings.
    ///
    /// - Parameter fileProblems: what was already found wrong in the configuration file.
    /// - Throws: one error with a line for each thing that is wrong.
    static func read(
        _ settings: Settings, machine: ServeSettings.Machine, fileProblems: [ConfigurationFile.Problem] = []
    ) throws(CommandError) -> ServeSettings {
        var reader = ServeSettingsReader(settings, machine)
        if !fileProblems.isEmpty {
            reader.fileProblems = fileProblems
            reader.code = .configuration
        }
        try reader.readAddresses()
        reader.readNames()
        reader.readDiscovery()
        reader.readResolvers()
        reader.readDurability()
        reader.readLeaderMode()
        reader.readTrace()
        let problems = reader.fileProblems.sorted { $0.line < $1.line }.map(\.message) + reader.otherProblems
        guard problems.isEmpty else { throw CommandError(reader.code, lines: problems) }
        return reader.result
    }

    /// Notes what is wrong.
    ///
    /// - Parameter code: how the program ends for it; nil if the value is not even understood.
    private mutating func report(_ setting: Setting, _ remark: String, code: ExitCode? = nil) {
        if case .file(_, let line) = setting.origin {
            self.fileProblems.append(ConfigurationFile.Problem(line: line, message: setting.problem(remark)))
        } else {
            self.otherProblems.append(setting.problem(remark))
        }
        if (code ?? setting.codeIfMalformed) == .configuration {
            self.code = .configuration
        }
    }

    private mutating func readAddresses() throws(CommandError) {
        if let setting = self.settings.last(ServeFlags.port) {
            if let port = UInt16(setting.text) {
                self.result.port = port
            } else {
                self.report(setting, "is not a port. Use 1-65535, or 0 for any free one.")
            }
        }
        if let setting = self.settings.last(ServeFlags.bind) {
            if let host = HostText.bindable(setting.text) {
                self.result.bind = host
            } else {
                self.report(
                    setting, "is not an address to listen on. Use 127.0.0.1, ::1, 0.0.0.0, :: or one of this machine.")
            }
        }
        if let setting = self.settings.last(ServeFlags.advertise) {
            self.readAdvertise(setting)
        }
        for setting in self.settings.all(ServeFlags.peers) {
            for entry in setting.text.split(separator: ",") {
                if NetworkAddress(parsing: entry, defaultPort: NodeConfiguration.defaultPort) != nil {
                    self.result.peers.append(String(entry))
                } else {
                    self.report(setting, "names a peer \"\(entry)\" that is not HOST:PORT.")
                }
            }
        }
        self.readSizes()
        self.result.allowsFaults = try self.settings.isOn(ServeFlags.allowFaults)
    }

    private mutating func readSizes() {
        if let setting = self.settings.last(ServeFlags.minimumFree) {
            self.result.minimumFree = self.readSize(setting) ?? self.result.minimumFree
        }
        if let setting = self.settings.last(ServeFlags.lagBudget) {
            self.result.lagBudget = self.readSize(setting) ?? self.result.lagBudget
        }
    }

    private mutating func readSize(_ setting: Setting) -> UInt64? {
        if let bytes = Quantity.bytes(setting.text) ?? (setting.text == "0" ? 0 : nil) { return bytes }
        self.report(setting, "is not a size. Use for example 100MiB or 1GiB, or 0 for none.")
        return nil
    }

    private mutating func readAdvertise(_ setting: Setting) {
        guard let address = NetworkAddress(parsing: setting.text, defaultPort: NodeConfiguration.defaultPort) else {
            self.report(setting, "is not HOST or HOST:PORT.")
            return
        }
        if HostText.isAny(address.host) || HostText.isMulticast(address.host) {
            let own = self.machine.hosts.first { HostText.isIPv4($0) && !$0.hasPrefix("127.") } ?? "10.0.0.5"
            self.report(
                setting, "cannot be dialled by other peers. Give the address they should use, e.g. \(own).",
                code: .configuration)
            return
        }
        self.result.advertise = setting.text
    }

    private mutating func readNames() {
        if let setting = self.settings.last(ServeFlags.data) {
            if setting.text.isEmpty {
                self.report(setting, "names no directory.")
            }
            self.result.data = setting.text
        }
        if let setting = self.settings.last(ServeFlags.cluster) {
            if !HostText.isLabel(setting.text) {
                self.report(setting, "is not a cluster's name. Use 1 to 64 bytes without control characters.")
            }
            self.result.cluster = setting.text
        }
        if let setting = self.settings.last(ServeFlags.name) {
            if !HostText.isLabel(setting.text) {
                self.report(setting, "is not a node's name. Use 1 to 64 bytes without control characters.")
            }
            self.result.name = setting.text
        } else {
            let port = self.result.port
            let suffix = port == 0 ? "-\(self.machine.processID)" : ":\(port)"
            self.result.name = String((self.machine.hostName ?? "node").prefix(48)) + suffix
        }
        self.result.secretFile = self.settings.last(ServeFlags.secretFile)
    }

    private mutating func readDiscovery() {
        let interface = self.settings.last(ServeFlags.discoverInterface)
        guard let setting = self.settings.last(ServeFlags.discover) else {
            if let interface {
                self.report(interface, "is of no use without --discover.", code: .configuration)
            }
            return
        }
        let isOn = SwitchText.parse(setting.text)
        guard isOn != false else { return }
        var group = NodeConfiguration.defaultGroup
        if isOn == nil && !setting.text.isEmpty {
            guard let address = NetworkAddress(parsing: setting.text, defaultPort: 9909) else {
                self.report(setting, "is not GROUP:PORT, for example \(NodeConfiguration.defaultGroup).")
                return
            }
            guard HostText.isMulticast(address.host) else {
                self.report(
                    setting,
                    "is not a multicast group: those are 224.0.0.0 to 239.255.255.255. "
                        + "To name a peer use --peers \(address).", code: .configuration)
                return
            }
            group = address.description
        }
        self.result.discovery = .multicast(group: group, interface: interface?.text)
    }

    private mutating func readResolvers() {
        for setting in self.settings.all(ServeFlags.resolver) {
            switch ResolverRule.parse(setting.text) {
            case .success(let rule): self.result.resolvers[prefix: rule.prefix] = rule.resolver
            case .failure(.malformed):
                self.report(setting, "is not PREFIX*=NAME, for example 'cart:*=union', or *=NAME for all other keys.")
            case .failure(.unknown(let name)):
                let names = Resolver.builtIn.map(\.name)
                let hint = Spelling.hint(for: name, among: names, prefix: "\"", suffix: "\"")
                self.report(
                    setting,
                    "names a resolver \"\(name)\" that does not exist.\(hint) Built in: "
                        + "\(names.joined(separator: " ")). Own ones are Swift closures.", code: .configuration)
            }
        }
    }

    private mutating func readDurability() {
        guard let setting = self.settings.last(ServeFlags.durability) else { return }
        switch setting.text {
        case "always": self.result.durability = .everyWrite
        case "never": self.result.durability = .never
        default:
            guard let milliseconds = Quantity.milliseconds(setting.text), 1...3_600_000 ~= milliseconds else {
                self.report(
                    setting, "is not a durability. Use always, never, or an interval from 1ms to 1h such as 100ms.")
                return
            }
            self.result.durability = .interval(milliseconds: milliseconds)
        }
    }

    private mutating func readLeaderMode() {
        if let setting = self.settings.last(ServeFlags.mode) {
            switch setting.text {
            case "leaderless": self.result.mode = .leaderless
            case "leader": self.result.mode = .leader
            default: self.report(setting, "is not a mode. Use leaderless or leader.")
            }
        }
        if let setting = self.settings.last(ServeFlags.onFollower) {
            switch setting.text {
            case "forward": self.result.forwards = true
            case "redirect": self.result.forwards = false
            default: self.report(setting, "is not what a follower can do. Use forward or redirect.")
            }
        }
        if let setting = self.settings.last(ServeFlags.acknowledgement) {
            switch setting.text {
            case "async": self.result.acknowledgement = .asynchronous
            case "semi": self.result.acknowledgement = .semiSynchronous
            case "majority": self.result.acknowledgement = .majority
            case "sync": self.result.acknowledgement = .synchronous
            default: self.report(setting, "is not a way to acknowledge. Use async, semi, majority or sync.")
            }
        }
    }

    private mutating func readTrace() {
        if let setting = self.settings.last(ServeFlags.logLevel) {
            if let level = TraceText.level(named: setting.text) {
                self.result.traceLevel = level
            } else {
                self.report(setting, "is not a level. Use debug, info, notice, warning or error.")
            }
        }
        if let setting = self.settings.last(ServeFlags.logFormat) {
            if let format = ServeSettings.TraceFormat(rawValue: setting.text) {
                self.result.traceFormat = format
            } else {
                self.report(setting, "is not a format. Use text or json.")
            }
        }
    }
}
