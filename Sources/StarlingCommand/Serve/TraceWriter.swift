import Platform
import PosixPlatform

/// Writes diagnostics to the process's errors, from any thread, each with one call.
///
/// Sendable because the repeats are only touched under the lock and the rest never changes.
final class TraceWriter: @unchecked Sendable {
    private let text: TraceText
    private let level: TraceRecord.Level
    private let lock = Lock()
    private var repeats = TraceRepeats()

    init(text: TraceText, level: TraceRecord.Level) {
        self.text = text
        self.level = level
    }

    /// Writes the record, unless it is below the level or repeats another.
    func write(_ record: TraceRecord) {
        guard record.level >= self.level else { return }
        guard let shown = self.lock.withLock({ self.repeats.admit(record, at: Clocks.now) }) else { return }
        // If nobody takes it, there is nobody to tell.
        try? StandardStream.errors.write(self.text.line(shown, at: Clocks.wallNow) + "\n")
    }

    /// Writes a record made of these parts.
    func write(
        _ level: TraceRecord.Level, _ event: String, _ message: String, _ fields: [(name: String, value: String)] = []
    ) {
        self.write(TraceRecord(level, event, message, fields.map { TraceRecord.Field($0.name, $0.value) }))
    }
}
