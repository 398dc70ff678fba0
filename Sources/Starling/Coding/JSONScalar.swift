/// A type that is one JSON string, number or literal, without containers.
protocol JSONScalar {
    /// The JSON form; nil if there is none.
    var jsonPart: JSONPart? { get }
    /// Reads a JSON value of the fitting kind; nil if it is another kind.
    ///
    /// - Throws: `outOfRange` for a number that this type cannot hold.
    static func reading(_ value: JSONValue) throws(JSONScalarError) -> Self?
}

/// Why a JSON value of the right kind cannot be a scalar of the type asked for.
enum JSONScalarError: Error {
    case outOfRange(String)
}

extension Bool: JSONScalar {
    var jsonPart: JSONPart? { .literal(self ? "true" : "false") }

    static func reading(_ value: JSONValue) throws(JSONScalarError) -> Bool? {
        guard case .bool(let bool) = value else { return nil }
        return bool
    }
}

extension String: JSONScalar {
    var jsonPart: JSONPart? { .string(self) }

    static func reading(_ value: JSONValue) throws(JSONScalarError) -> String? {
        guard case .string(let string) = value else { return nil }
        return string
    }
}

extension JSONScalar where Self: FixedWidthInteger {
    var jsonPart: JSONPart? { .literal(String(self)) }

    /// Takes `1e3` and `5.0` for integers too, up to where a `Double` still tells neighbours apart.
    static func reading(_ value: JSONValue) throws(JSONScalarError) -> Self? {
        guard case .number(let digits) = value else { return nil }
        if let integer = Self(digits) { return integer }
        if let double = Double(digits), double.magnitude < 0x1p53, let integer = Self(exactly: double) {
            return integer
        }
        throw .outOfRange(digits)
    }
}

extension JSONScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    /// The shortest digits that read back as the same number.
    var jsonPart: JSONPart? { self.isFinite ? .literal(self.description) : nil }

    static func reading(_ value: JSONValue) throws(JSONScalarError) -> Self? {
        guard case .number(let digits) = value else { return nil }
        guard let number = Self(digits), number.isFinite else { throw .outOfRange(digits) }
        return number
    }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension Int128: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension UInt128: JSONScalar {}
extension Float: JSONScalar {}
extension Double: JSONScalar {}
