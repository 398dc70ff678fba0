import Platform

/// The file that holds what peers must prove to know.
enum SecretFile {
    /// The longest secret.
    static let lengthLimit = 4096

    /// Returns the secret: the file's bytes without line ends and spaces at the end.
    ///
    /// - Throws: if the file cannot be read, if others than its owner may read it, or if it is empty.
    static func read(_ setting: Setting) throws(CommandError) -> [UInt8] {
        let path = setting.text
        let permissions: UInt32
        var bytes: [UInt8]
        do {
            permissions = try LocalFiles.permissions(path)
            bytes = try LocalFiles.read(path, limit: Self.lengthLimit)
        } catch {
            throw Self.refusal(setting, "cannot be read: \(error.reason).")
        }
        guard permissions & 0o077 == 0 else {
            let octal = String(permissions, radix: 8)
            let readers = permissions & 0o004 != 0 ? "everyone" : "others than its owner"
            throw Self.refusal(setting, "is open to \(readers) (0\(octal)). Close it: chmod 600 \(path)")
        }
        while let last = bytes.last, last == 0x0A || last == 0x0D || last == 0x20 {
            bytes.removeLast()
        }
        guard !bytes.isEmpty else {
            throw Self.refusal(
                setting, "is empty. Fill it: head -c 32 /dev/urandom | base64 > \(path), and give every node the same.")
        }
        return bytes
    }

    private static func refusal(_ setting: Setting, _ remark: String) -> CommandError {
        CommandError(.configuration, lines: [setting.problem(remark)])
    }
}
