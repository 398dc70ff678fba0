/// The version that the program says it is.
enum ProgramVersion {
    static let current = "0.1.0"
}
