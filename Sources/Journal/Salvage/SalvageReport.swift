/// What was kept of a damaged log, and what was not.
package struct SalvageReport: Hashable, Sendable {
    /// The first damage: where it is and what. Nil if there is none.
    package var firstDamage: String?
    /// Stretches of bytes that are damaged.
    package var damageCount = 0
    /// Their bytes, as far as that is known.
    package var damagedBytes: UInt64 = 0
    /// Record frames that are intact, of live records and others.
    package var records: UInt64 = 0
    /// Keys that have live records among them.
    package var keys = 0

    init(_ salvaged: SalvagedLog) {
        let damaged = salvaged.reports.first { !$0.isIntact }
        self.firstDamage = damaged.map { "\($0.path) at byte \($0.damage[0].offset): \($0.damage[0].what)" }
        self.damageCount = salvaged.reports.reduce(0) { $0 + $1.damageCount }
        self.damagedBytes = salvaged.damagedBytes
        self.records = salvaged.reports.reduce(0) { $0 + $1.records }
        self.keys = salvaged.index.keyCount
    }
}
