/// The default coder: compact JSON text (RFC 8259) in UTF-8, readable by every other client of the store.
///
/// Equal values give equal bytes, for the members of objects are sorted by name; so a resolver may
/// decode, merge and encode. (Sets come in no order and are no exception: sort them yourself.)
/// Integers and floating-point numbers of every width survive the round trip exactly; those that are
/// not finite have no JSON form and are refused. `[UInt8]` is an array of numbers.
public struct JSONValueCoder: ValueEncoder, ValueDecoder {
    /// How deep arrays and objects may lie inside each other, both ways.
    public static let maximumDepth = 128

    /// Creates a coder; it has no settings.
    public init() {}

    /// Returns the JSON text of `value`.
    ///
    /// - Throws: `EncodingError.invalidValue` for what JSON cannot express or what lies too deep, and
    ///   whatever the value's own `encode(to:)` throws.
    public func bytes(encoding value: some Encodable) throws -> [UInt8] {
        let run = JSONEncodingRun()
        let part = try JSONTreeEncoder(run: run, codingPath: [], depth: 0, descents: 0).part(encoding: value)
        if let failure = run.failure {
            let context = EncodingError.Context(codingPath: failure.codingPath, debugDescription: failure.reason)
            throw EncodingError.invalidValue(value, context)
        }
        var bytes: [UInt8] = []
        part.write(to: &bytes)
        return bytes
    }

    /// Returns the value that the JSON text stands for.
    ///
    /// - Throws: `DecodingError`, with a ``JSONSyntaxError`` underneath if the bytes are not JSON, and
    ///   whatever the value's own `init(from:)` throws.
    public func value<Value: Decodable>(_ type: Value.Type, decoding bytes: [UInt8]) throws -> Value {
        let root: JSONValue
        do throws(JSONSyntaxError) {
            root = try JSONParser.parse(bytes)
        } catch {
            let context = DecodingError.Context(
                codingPath: [], debugDescription: error.description, underlyingError: error)
            throw DecodingError.dataCorrupted(context)
        }
        return try JSONTreeDecoder(value: root, codingPath: []).decode(type)
    }
}
