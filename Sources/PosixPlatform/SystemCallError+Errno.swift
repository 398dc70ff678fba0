import CPosixShim
import Glibc
package import Platform

extension SystemCallError {
    /// Makes the error of a call that failed with the errno value `number`.
    package init(call: String, subject: String, number: Int32) {
        self.init(
            kind: Kind(errno: number), call: call, subject: subject, number: number,
            reason: unsafe String(cString: starling_error_text(number)))
    }

    /// Throws if a call of the shim returned a negative errno value.
    static func check(_ result: Int32, _ call: String, _ subject: @autoclosure () -> String) throws(SystemCallError) {
        if result < 0 {
            throw SystemCallError(call: call, subject: subject(), number: -result)
        }
    }
}

extension SystemCallError.Kind {
    /// The reason that an errno value stands for.
    fileprivate init(errno number: Int32) {
        self =
            switch number {
            case ENOENT: .notFound
            case EEXIST: .alreadyExists
            case EACCES, EPERM, EROFS: .permissionDenied
            case ENOSPC, EDQUOT: .noSpace
            case EIO: .inputOutput
            case EADDRINUSE: .addressInUse
            case EADDRNOTAVAIL, EAFNOSUPPORT: .addressNotAvailable
            case ECONNREFUSED: .connectionRefused
            case ECONNRESET, EPIPE, ECONNABORTED: .connectionReset
            case ETIMEDOUT: .timedOut
            case EMFILE, ENFILE: .tooManyFiles
            case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN: .unreachable
            default: .other
            }
    }
}
