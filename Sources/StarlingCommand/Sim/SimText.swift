import Simulation

/// Single lines that `starling sim` prints.
enum SimText {
    /// Sixteen hexadecimal digits.
    static func hash(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The profiles and what they are.
    static var profileTable: [String] {
        var table = TextTable(columns: ["PROFILE", "EACH SEED"])
        for profile in SimulationProfile.allCases { table.add([profile.rawValue, profile.summary]) }
        table.add([SimRequest.everyProfile, "one of these, in turn"])
        return table.lines()
    }

    /// The marks of the coverage as a table, and which were never hit.
    static func coverage(_ coverage: SimCoverage) -> [String] {
        var table = TextTable(columns: ["MARK", "COUNT"])
        for mark in coverage.marks { table.add([mark.name, PlainText.grouped(UInt64(mark.count))]) }
        let missing = coverage.missing
        let end = missing.isEmpty ? "Every mark was hit." : "Never hit: \(missing.joined(separator: ", "))."
        return table.lines() + ["", end]
    }
}
