import Platform

/// How far a snapshot has come that is being sent or taken in, for whoever watches: it may take long.
struct SnapshotProgress {
    /// Between two lines of the trace.
    static let pause = Delay.seconds(10)

    let startedAt: Instant
    private(set) var records = 0
    private(set) var bytes = 0
    private var nextLine: Instant

    init(at now: Instant) {
        self.startedAt = now
        self.nextLine = now + SnapshotProgress.pause
    }

    /// Notes what has come or gone; true if it is time to tell.
    mutating func add(records: Int, bytes: Int, at now: Instant) -> Bool {
        self.records += records
        self.bytes += bytes
        guard now >= self.nextLine else { return false }
        self.nextLine = now + SnapshotProgress.pause
        return true
    }

    /// How far it has come, for people.
    func words(of total: Int?, now: Instant) -> String {
        let seconds = now.since(self.startedAt).wholeMilliseconds / 1000
        return "\(self.records) records\(total.map { " of \($0)" } ?? ""), \(self.bytes) bytes, for \(seconds) s"
    }

    /// The trace's fields.
    func fields(peer: String, of total: Int?, now: Instant) -> [TraceRecord.Field] {
        var fields: [TraceRecord.Field] = [
            .init("peer", peer), .init("records", String(self.records)), .init("bytes", String(self.bytes)),
        ]
        if let total { fields.append(.init("of", String(total))) }
        return fields + [.init("elapsed-ms", String(now.since(self.startedAt).wholeMilliseconds))]
    }
}
