/// What readers see of a key.
public enum View: Hashable, Sendable {
    /// One value; `expiry` in milliseconds since 1970, nil for never.
    case value([UInt8], expiry: UInt64?)
    /// The resolver leaves the choice to the reader.
    case undecided
    /// Nothing, as if the key did not exist.
    case absent

    /// A value that never expires.
    public static func value(_ bytes: [UInt8]) -> View {
        .value(bytes, expiry: nil)
    }
}
