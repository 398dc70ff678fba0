/// A refusal by the operating system: which call, on what, and why.
package struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reasons that Starling tells apart; everything else is `other`.
    package enum Kind: Hashable, Sendable {
        case notFound
        case alreadyExists
        case permissionDenied
        case noSpace
        case inputOutput
        case isLocked
        case addressInUse
        case addressNotAvailable
        case connectionRefused
        case connectionReset
        case timedOut
        case tooManyFiles
        case unreachable
        case other
    }

    package var kind: Kind
    /// The call's name, for example `pwrite`.
    package var call: String
    /// What it was asked to work on: a path or an address.
    package var subject: String
    /// The platform's own number, 0 if there is none.
    package var number: Int32
    /// The platform's own words, for example `No space left on device`.
    package var reason: String

    package init(kind: Kind, call: String, subject: String, number: Int32 = 0, reason: String) {
        self.kind = kind
        self.call = call
        self.subject = subject
        self.number = number
        self.reason = reason
    }

    package var description: String {
        "\(self.call) \(self.subject): \(self.reason)"
    }
}
