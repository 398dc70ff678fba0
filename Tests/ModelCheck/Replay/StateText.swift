import Causality
import DataModel
import Journal

/// What is told of a node, as text that is the same for equal states.
///
/// - A context: `PEER:RANGE+RANGE,PEER:RANGE`, a range being `3` or `3-7`; `-` if empty.
/// - A record: `PEER:SEQUENCE KEY OPERATION CLOCK TIMESTAMP EXPIRY VALUE CONTEXT`, with slashes for
///   spaces, the context with all that is implied written out.
/// - A state: peer ID, sequence, context, synced context, floor and synced floor (as contexts without
///   gaps), then the live records in the order of their dots.
enum StateText {
    static func of(_ journal: RecordJournal) throws -> String {
        var records: [Record] = []
        var next: UInt32 = 0
        while let slot = journal.index.nextSlot(atOrAfter: next) {
            next = slot.rawValue + 1
            for record in journal.index.records(of: slot) { records.append(try journal.readRecord(record)) }
        }
        records.sort { $0.dot < $1.dot }
        let words =
            [
                "\(journal.identity.peer.rawValue)", "\(journal.ownSequence)",
                Self.text(journal.context), Self.text(journal.syncedContext),
                Self.text(CausalContext(journal.floor)), Self.text(CausalContext(journal.syncedFloor)),
            ] + records.map(Self.text)
        return words.joined(separator: " ")
    }

    static func dot(_ dot: Dot) -> String {
        "\(dot.peer.rawValue):\(dot.sequence)"
    }

    private static func text(_ record: Record) -> String {
        let expiry = record.expiry.map { "\($0)" } ?? "-"
        let value = record.value.isEmpty ? "-" : String(decoding: record.value, as: UTF8.self)
        return [
            Self.dot(record.dot), String(decoding: record.key, as: UTF8.self), "\(record.operation)",
            "\(record.clock)", "\(record.timestamp.rawValue)", expiry, value, Self.text(record.fullContext),
        ].joined(separator: "/")
    }

    private static func text(_ context: CausalContext) -> String {
        if context.isEmpty { return "-" }
        return context.entries.map { entry in
            let ranges = entry.sequences.ranges.map { range in
                range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
            }
            return "\(entry.peer.rawValue):\(ranges.joined(separator: "+"))"
        }.joined(separator: ",")
    }

    /// Reads a context.
    static func context(_ text: Substring) throws -> CausalContext {
        var context = CausalContext()
        if text == "-" { return context }
        for entry in text.split(separator: ",") {
            let halves = entry.split(separator: ":")
            guard halves.count == 2, let peer = UInt64(halves[0]) else { throw ReplayError.command(String(text)) }
            for range in halves[1].split(separator: "+") {
                let ends = range.split(separator: "-").map { UInt64($0) }
                guard let lower = ends.first ?? nil, let upper = ends.last ?? nil, lower <= upper else {
                    throw ReplayError.command(String(text))
                }
                context.insert(lower...upper, of: PeerID(rawValue: peer))
            }
        }
        return context
    }
}
