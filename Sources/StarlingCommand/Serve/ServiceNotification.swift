import Glibc
import PosixPlatform

/// Tells a service supervisor how things stand, by the protocol of systemd's `sd_notify(3)`.
enum ServiceNotification {
    /// Sends one message, for example `READY=1`, if a supervisor listens. It never waits and never fails.
    static func send(_ message: String) {
        guard let path = ProcessFacts.environment("NOTIFY_SOCKET"), let first = path.utf8.first else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), bytes.count < capacity else { return }
        if first == UInt8(ascii: "@") {
            // An abstract name begins with a zero, which environments cannot hold.
            bytes[0] = 0
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + bytes.count } ?? 0
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let text = Array(message.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(
                    descriptor, text, text.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), address,
                    socklen_t(length))
            }
        }
    }
}
