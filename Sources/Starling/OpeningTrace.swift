import Journal
import Platform

extension OpeningReport {
    /// The report as a diagnostic.
    var trace: TraceRecord {
        var fields: [TraceRecord.Field] = [
            .init("records", "\(self.records)"), .init("bytes", "\(self.bytes)"), .init("segments", "\(self.segments)"),
        ]
        var level = TraceRecord.Level.info
        var message = "the log was opened"
        if self.cutBytes > 0 {
            level = .notice
            message = "the log was opened; \(self.cutBytes) bytes of a torn tail were cut off, as after a power cut"
            fields.append(.init("cut", "\(self.cutBytes)"))
        }
        switch self.minted {
        case nil, .newDirectory: break
        case .unproven, .withheld:
            level = .notice
            message += "; nothing proves that no write told of was lost, so the node has a new peer ID"
        case .copied:
            level = .notice
            message += "; the directory was copied or restored, so the node has a new peer ID"
        case .logCopied:
            level = .notice
            message += "; the log alone was copied or restored, so the node has a new peer ID"
        case .logMissing:
            level = .notice
            message += "; there is no log under the node's peer ID, so it has a new one"
        case .damaged:
            level = .warning
            message += "; the old one was damaged and is kept beside it, so the node has a new peer ID"
        case .torn:
            message += "; they may have been told of before, so the node has a new peer ID"
        }
        return TraceRecord(level, "log.opened", message, fields)
    }
}
