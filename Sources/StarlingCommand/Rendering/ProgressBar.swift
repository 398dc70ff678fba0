import Platform

/// A bar that grows on a terminal, on one line of the errors; nothing elsewhere.
struct ProgressBar {
    private static let width: UInt64 = 30
    /// Between two looks of it.
    private static let interval = Delay.milliseconds(100)

    private let console: Console
    private let title: String
    private let isShown: Bool
    private let startedAt: Instant
    private var shownAt: Instant
    private var isDrawn = false

    init(_ title: String, console: Console, isQuiet: Bool) {
        self.console = console
        self.title = title
        self.isShown = console.areErrorsTerminal && !isQuiet
        self.startedAt = Clocks.now
        self.shownAt = self.startedAt
    }

    /// Shows that `done` bytes of about `total` are done, if it is time to show anything.
    mutating func show(_ done: UInt64, of total: UInt64) {
        guard self.isShown else { return }
        let now = Clocks.now
        guard now.since(self.shownAt) >= Self.interval else { return }
        self.shownAt = now
        self.isDrawn = true
        self.console.draw("\r" + Self.line(self.title, done, of: total, after: now.since(self.startedAt)))
    }

    /// Takes the bar away.
    mutating func clear() {
        guard self.isDrawn else { return }
        self.isDrawn = false
        self.console.draw("\r\u{1B}[K")
    }

    /// The bar as a line of text.
    static func line(_ title: String, _ done: UInt64, of total: UInt64, after time: Delay) -> String {
        let part = total == 0 ? 0 : min(done, total)
        let filled = total == 0 ? 0 : Int(part * self.width / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Int(self.width) - filled)
        let percent = total == 0 ? 0 : part * 100 / total
        let speed = done * 1000 / max(1, time.wholeMilliseconds)
        return "\(title) \(bar) \(percent) %  \(PlainText.size(done))  \(PlainText.size(speed))/s\u{1B}[K"
    }
}
