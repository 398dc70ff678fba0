/// A reply, as a client reads it.
///
/// Text that should be UTF-8 and is not is repaired; bulk strings are kept byte by byte.
package enum RESPValue: Sendable, Equatable {
    /// No value: null, the null bulk string and the null array.
    case null
    /// A short text such as `OK`.
    case simpleString(String)
    /// An error, with its prefix; a simple or a bulk one.
    case error(String)
    /// A 64-bit integer.
    case integer(Int64)
    /// Bytes of any kind.
    case bulkString([UInt8])
    /// A truth value, of version 3.
    case boolean(Bool)
    /// A floating-point number, infinities and not-a-number included.
    case double(Double)
    /// An integer of any size, in decimal digits with a sign before them or without.
    case bigNumber(String)
    /// Text with its three-letter format, `txt` or `mkd`.
    case verbatimString(format: String, text: [UInt8])
    /// Elements in order.
    case array([RESPValue])
    /// Pairs in the order in which they came; a key may come twice.
    case map([RESPMapEntry])
    /// Elements in the order in which they came; an element may come twice.
    case set([RESPValue])
    /// What the server says unasked. It is not the reply to a request.
    case push([RESPValue])
    /// A reply with attributes that a client may ignore.
    indirect case attributed([RESPMapEntry], RESPValue)
}
