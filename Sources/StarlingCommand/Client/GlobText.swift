/// Texts inside the patterns of `SCAN MATCH`.
enum GlobText {
    /// Returns a pattern that matches exactly `text`.
    static func literal(_ text: String) -> String {
        var pattern = ""
        for character in text {
            if "*?[]\\^-".contains(character) {
                pattern.append("\\")
            }
            pattern.append(character)
        }
        return pattern
    }
}
