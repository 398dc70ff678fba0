import CPosixShim

/// One address of one network interface of this machine.
struct NetworkInterface: Hashable, Sendable {
    var name: String
    var host: String
    var index: UInt32
    var isUp: Bool
    var isLoopback: Bool
    /// Whether its driver says that it carries multicast; the loopback interface does without saying so.
    var isMulticast: Bool
    var isIPv4: Bool

    /// Everything the system lists, in its order; empty if it lists nothing.
    static func all() -> [NetworkInterface] {
        var interfaces: [NetworkInterface] = []
        _ = unsafe withUnsafeMutablePointer(to: &interfaces) { interfaces in
            unsafe starling_interfaces(interfaces) { context, name, host, index, flags in
                let interface = NetworkInterface(
                    name: unsafe String(cString: name), host: unsafe String(cString: host), index: index,
                    isUp: flags & STARLING_INTERFACE_UP != 0, isLoopback: flags & STARLING_INTERFACE_LOOPBACK != 0,
                    isMulticast: flags & STARLING_INTERFACE_MULTICAST != 0,
                    isIPv4: flags & STARLING_INTERFACE_IPV4 != 0)
                unsafe context.assumingMemoryBound(to: [NetworkInterface].self).pointee.append(interface)
            }
        }
        return interfaces
    }
}
