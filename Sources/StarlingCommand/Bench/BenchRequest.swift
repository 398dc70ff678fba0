import Platform

/// What the flags of `starling bench` ask for.
struct BenchRequest {
    let address: NetworkAddress
    let timeout: Delay
    let clients: Int
    let seed: UInt64
    let isJSON: Bool
    /// What is measured, one after the other.
    let loads: [BenchLoad]

    private static let requestsMaximum: UInt64 = 1_000_000_000
    private static let clientsMaximum: UInt64 = 10_000
    private static let pipelineMaximum: UInt64 = 10_000
    private static let bytesMaximum: UInt64 = 64 << 20
    private static let keysMaximum: UInt64 = 1_000_000_000_000

    /// Reads the flags.
    init(_ settings: Settings) throws(CommandError) {
        (self.address, self.timeout) = try NodeClient.target(settings)
        self.isJSON = try settings.isOn(GlobalFlags.json)
        self.clients = Int(try Self.number(settings, BenchFlags.clients, 1...Self.clientsMaximum) ?? 50)
        self.seed = try Self.number(settings, BenchFlags.seed, 0...UInt64.max) ?? 1
        let requests = Int(try Self.number(settings, BenchFlags.requests, 1...Self.requestsMaximum) ?? 100_000)
        let keys = try Self.number(settings, BenchFlags.keys, 1...Self.keysMaximum) ?? 1_000_000
        let reads = try Self.number(settings, BenchFlags.reads, 0...100) ?? 90
        let kinds = try Self.kinds(settings)
        let pipelines = try Self.numbers(settings, BenchFlags.pipeline, 1...Self.pipelineMaximum) ?? [1]
        let lengths = try Self.numbers(settings, BenchFlags.bytes, 0...Self.bytesMaximum) ?? [64]
        var loads: [BenchLoad] = []
        for length in lengths {
            for pipeline in pipelines {
                for kind in kinds {
                    loads.append(
                        BenchLoad(
                            kind: kind, valueLength: Int(length), pipeline: Int(pipeline), requests: requests,
                            keys: keys, reads: reads))
                }
            }
        }
        self.loads = loads
    }

    private static func kinds(_ settings: Settings) throws(CommandError) -> [BenchLoad.Kind] {
        guard let setting = settings.last(BenchFlags.commands) else { return [.set, .get] }
        var kinds: [BenchLoad.Kind] = []
        for name in setting.text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = BenchLoad.Kind(rawValue: name.lowercased()) else {
                let known = BenchLoad.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError(
                    setting.codeIfMalformed, lines: [setting.problem("is not a list of commands. Known are \(known).")])
            }
            kinds.append(kind)
        }
        return kinds
    }

    private static func number(
        _ settings: Settings, _ flag: Flag, _ range: ClosedRange<UInt64>
    ) throws(CommandError) -> UInt64? {
        guard let setting = settings.last(flag) else { return nil }
        guard let number = UInt64(setting.text), range.contains(number) else {
            throw Self.outside(setting, "is not a whole number", range)
        }
        return number
    }

    /// Numbers, which may have a unit of size, separated by commas.
    private static func numbers(
        _ settings: Settings, _ flag: Flag, _ range: ClosedRange<UInt64>
    ) throws(CommandError) -> [UInt64]? {
        guard let setting = settings.last(flag) else { return nil }
        var numbers: [UInt64] = []
        for text in setting.text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Quantity.bytes(String(text)), range.contains(number) else {
                throw Self.outside(setting, "is not a list of whole numbers", range)
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func outside(_ setting: Setting, _ remark: String, _ range: ClosedRange<UInt64>) -> CommandError {
        CommandError(
            setting.codeIfMalformed,
            lines: [setting.problem("\(remark) from \(range.lowerBound) to \(range.upperBound).")])
    }
}
