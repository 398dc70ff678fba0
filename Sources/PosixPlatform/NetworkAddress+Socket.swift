import CPosixShim
import Platform

extension NetworkAddress {
    /// Runs a shim call that writes a host and a port, and returns its result with the address.
    ///
    /// The address means nothing if the call failed.
    static func filled<Result>(
        by call: (_ host: UnsafeMutablePointer<CChar>, _ port: UnsafeMutablePointer<UInt16>) -> Result
    ) -> (Result, NetworkAddress) {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(STARLING_HOST_SIZE)) { host in
            unsafe host.initialize(repeating: 0)
            var port: UInt16 = 0
            // The allocation is not empty, so it has an address.
            guard let start = host.baseAddress else { preconditionFailure("an allocation of 64 bytes is empty") }
            let result = unsafe call(start, &port)
            return (result, NetworkAddress(host: unsafe String(cString: start), port: port))
        }
    }
}
