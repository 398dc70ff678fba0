/// Reads a yes or a no.
enum SwitchText {
    /// Returns what `yes`, `no` and their kin mean; nil for anything else.
    static func parse(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "on", "1": true
        case "no", "false", "off", "0": false
        default: nil
        }
    }
}
