import ByteCoding

/// One request: where its arguments lie in the buffer it was parsed from.
///
/// The same value is meant to be used for request after request, so that the array is allocated once.
package struct RESPRequest: Sendable, Equatable {
    /// The arguments' positions in the parsed buffer, the command name first.
    ///
    /// Empty for the requests `*0`, `*-1` and an empty line, which get no reply. The ranges are valid for
    /// the buffer as it was in the call that completed the request.
    package var arguments: [Range<Int>]

    /// The capacity up to which a cleared request keeps its storage: 1,024 arguments, 16 KiB.
    private static let keptCapacity = 1_024

    /// Creates an empty request.
    package init() {
        self.arguments = []
    }

    /// Removes the arguments, and keeps the storage unless one huge request has made it large.
    package mutating func removeAll() {
        Self.clear(&self.arguments)
    }

    static func clear(_ arguments: inout [Range<Int>]) {
        arguments.removeAll(keepingCapacity: arguments.capacity <= Self.keptCapacity)
    }

    /// Appends to `output` the request that has these arguments, as a client sends it.
    ///
    /// - Complexity: O(*n*) in the bytes appended.
    package static func encode(_ arguments: [[UInt8]], into output: inout [UInt8]) {
        output.append(UInt8(ascii: "*"))
        DecimalInteger.append(Int64(arguments.count), to: &output)
        RESPEncoder.appendLineEnd(to: &output)
        for argument in arguments {
            RESPEncoder.appendBulk(argument, to: &output)
        }
    }
}
