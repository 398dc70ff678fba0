import Platform

/// How moments of simulated time are written.
enum SimulatedTime {
    /// Seconds with milliseconds: `1.204 s`.
    static func text(_ time: Delay) -> String {
        let milliseconds = time.wholeMilliseconds
        return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst()) s"
    }
}
