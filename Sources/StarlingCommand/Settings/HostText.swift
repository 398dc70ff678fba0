/// What can be said of a host or a name by looking at its text.
enum HostText {
    /// Whether it is four numbers from 0 to 255 with dots between.
    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.count <= 3 && part.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt8(part) != nil
            }
    }

    /// Whether it can only be an IPv6 address; whether it is one, the system says when it is used.
    static func isIPv6(_ text: String) -> Bool {
        text.contains(":")
            && text.utf8.allSatisfy { byte in
                0x30...0x39 ~= byte || 0x61...0x66 ~= byte | 0x20 || byte == UInt8(ascii: ":")
                    || byte == UInt8(ascii: ".")
            }
    }

    /// Returns the numeric address that one can listen on by that name; nil if it is none.
    static func bindable(_ text: String) -> String? {
        if text == "localhost" { return "127.0.0.1" }
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        return (Self.isIPv4(bare) || Self.isIPv6(bare)) && !Self.isMulticast(bare) ? bare : nil
    }

    /// Whether it stands for every address of a machine, and so for none that can be dialled.
    static func isAny(_ text: String) -> Bool {
        text == "0.0.0.0"
            || (Self.isIPv6(text) && text.utf8.allSatisfy { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "0") })
    }

    /// Whether it is the address of a multicast group.
    static func isMulticast(_ text: String) -> Bool {
        if Self.isIPv4(text) {
            return text.split(separator: ".").first.flatMap { UInt8($0) }.map { 224...239 ~= $0 } ?? false
        }
        return Self.isIPv6(text) && text.lowercased().hasPrefix("ff")
    }

    /// Whether it can name a node or a cluster.
    static func isLabel(_ text: String) -> Bool {
        1...64 ~= text.utf8.count && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
