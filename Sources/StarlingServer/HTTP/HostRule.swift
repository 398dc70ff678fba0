/// Which `Host` a request may name: a numeric address, or a name that means this machine.
///
/// A page on a hostile site can make its own name point here (DNS rebinding) and then read what this
/// server answers; such a request names that site, and is refused.
enum HostRule {
    static func allows(_ host: String) -> Bool {
        guard let name = Self.withoutPort(host) else { return false }
        let lowered = name.lowercased()
        return lowered == "localhost" || lowered.hasSuffix(".localhost") || Self.isNumeric(lowered)
    }

    /// The name or address in front of the port, without brackets; nil if it is neither.
    private static func withoutPort(_ host: String) -> String? {
        var name = Substring(host)
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return nil }
            let rest = name[name.index(after: end)...]
            guard rest.isEmpty || Self.isPort(rest) else { return nil }
            return String(name[name.index(after: name.startIndex)..<end])
        }
        if let colon = name.firstIndex(of: ":") {
            guard Self.isPort(name[colon...]) else { return nil }
            name = name[..<colon]
        }
        return name.isEmpty ? nil : String(name)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.count <= 6 && text.dropFirst().utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    private static func isNumeric(_ name: String) -> Bool {
        if name.contains(":") {
            return name.utf8.count <= 45 && name.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                !part.isEmpty && part.count <= 3 && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                    && UInt8(part) != nil
            }
    }
}
