import Starling
import TestSupport
import Testing

struct JSONValueCoderTests {
    private let coder = JSONValueCoder()

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try self.coder.bytes(encoding: value), as: UTF8.self)
    }

    private func value<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try self.coder.value(type, decoding: Array(text.utf8))
    }

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try self.coder.value(Value.self, decoding: self.coder.bytes(encoding: value))
    }

    @Test func `every shape of value survives`() throws {
        #expect(try self.roundTrip(CodingSamples.Order.sample) == .sample)
        #expect(try self.roundTrip(CodingSamples.Numbers.least) == .least)
        #expect(try self.roundTrip(CodingSamples.Numbers.greatest) == .greatest)
        let manual = CodingSamples.Manual(x: 1, y: 2, list: [3, 4])
        #expect(try self.text(manual) == #"{"list":[[3,null],[4,null],{"x":null},"end"],"position":{"x":1,"y":2}}"#)
        #expect(try self.roundTrip(manual) == manual)
        #expect(try self.roundTrip([[1, nil], nil] as [[Int?]?]) == [[1, nil], nil])
        #expect(try self.roundTrip(nil as Int?) == nil && self.roundTrip(5 as Int??) == 5)
        #expect(try self.roundTrip([Int128.min, .max]) == [.min, .max] && self.roundTrip(UInt128.max) == .max)
    }

    @Test func `a superclass has an object of its own`() throws {
        let bird = CodingSamples.Bird(name: "starling", wingspan: 0.4)
        #expect(try self.text(bird) == #"{"super":{"name":"starling"},"wingspan":0.4}"#)
        let read = try self.roundTrip(bird)
        #expect(read.name == "starling" && read.wingspan == 0.4)
        #expect(throws: DecodingError.self) {
            try self.value(#"{"wingspan":1}"#, as: CodingSamples.Bird.self)
        }
    }

    @Test func `equal values have equal text, whatever the order of a dictionary`() throws {
        let names = (0..<50).map { "name \($0)" }
        var generator = SeededGenerator(seed: 1)
        let texts = try (0..<10).map { _ in
            try self.text(Dictionary(uniqueKeysWithValues: names.shuffled(using: &generator).map { ($0, $0.count) }))
        }
        #expect(texts.allSatisfy { $0 == texts[0] })
        #expect(try self.text(["b": 1, "a": 2, "B": 3, "é": 4]) == #"{"B":3,"a":2,"b":1,"é":4}"#)
    }

    @Test func `text is compact and escapes only what must be`() throws {
        #expect(try self.text("a\"b\\c/d") == #""a\"b\\c/d""#)
        #expect(try self.text("\u{0}\u{1F}\u{7F}\n\r\t\u{8}\u{C}ß😀") == "\"\\u0000\\u001f\u{7F}\\n\\r\\t\\b\\fß😀\"")
        #expect(try self.text([1.0, 0.1, -0.0, 1e300]) == "[1.0,0.1,-0.0,1e+300]")
        #expect(try self.text(CodingSamples.Shape.point) == #"{"point":{}}"#)
        #expect(try self.text([UInt8]([1, 255])) == "[1,255]")
        #expect(try self.text([Int]()) == "[]" && self.text([String: Int]()) == "{}")
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func `every finite number is read back bit for bit`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bits = generator.next()
        let double = Double(bitPattern: bits)
        if double.isFinite { #expect(try self.roundTrip(double).bitPattern == bits) }
        let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        if float.isFinite { #expect(try self.roundTrip(float).bitPattern == float.bitPattern) }
        let shifted = bits >> (bits % 64)
        #expect(try self.roundTrip(shifted) == shifted)
        #expect(try self.roundTrip(Int64(bitPattern: shifted)) == Int64(bitPattern: shifted))
    }

    @Test func `numbers without a JSON form are refused, and the error says where`() {
        let error = #expect(throws: EncodingError.self) { try self.text(["a": [1, .nan]] as [String: [Double]]) }
        guard case .invalidValue(_, let context) = error else {
            Issue.record("another error")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["a", "Index 1"])
        #expect(throws: EncodingError.self) { try self.text(Float.infinity) }
    }

    @Test(arguments: ["128", "-129", "1e3", "0.5", "1e999"])
    func `a number out of range is refused, not rounded`(digits: String) {
        #expect(throws: DecodingError.self) { try self.value(digits, as: Int8.self) }
    }

    @Test func `integers may be spelled with a fraction or an exponent while they are exact`() throws {
        #expect(try self.value("[5.0, 1e3, -2.50E1]", as: [Int].self) == [5, 1000, -25])
        #expect(try self.value("-0", as: Int.self) == 0)
        #expect(throws: DecodingError.self) { try self.value("9007199254740993.0", as: Int.self) }
        #expect(throws: DecodingError.self) { try self.value("1e999", as: Double.self) }
    }

    @Test func `escapes are read, surrogate pairs as one character`() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\ude00""#
        #expect(try self.value(text, as: String.self) == "\"\\/\u{8}\u{C}\n\r\tAé😀")
        #expect(try self.value(" [ 1 ,\t2\r\n] ", as: [Int].self) == [1, 2])
    }

    @Test func `what does not fit the type is refused with its place`() throws {
        typealias Line = CodingSamples.Order.Line
        let missing = #expect(throws: DecodingError.self) { try self.value("[{}]", as: [Line].self) }
        guard case .keyNotFound(let key, let context) = missing else {
            Issue.record("another error")
            return
        }
        #expect(key.stringValue == "item" && context.codingPath.map(\.intValue) == [0])
        for text in [#"{"item":1}"#, #"{"item":null}"#, #"{"item":"a","count":"b"}"#, "[]", "null", "3"] {
            #expect(throws: DecodingError.self) { try self.value(text, as: Line.self) }
        }
        #expect(throws: DecodingError.self) { try self.value("[1]", as: [String: Int].self) }
        #expect(throws: DecodingError.self) { try self.value("{}", as: [Int].self) }
        #expect(throws: DecodingError.self) { try self.value("1", as: Bool.self) }
        #expect(throws: DecodingError.self) { try self.value(#"{"triangle":{}}"#, as: CodingSamples.Shape.self) }
        #expect(throws: DecodingError.self) {
            try self.value(#"{"point":{},"circle":{}}"#, as: CodingSamples.Shape.self)
        }
        #expect(try self.value(#"{"item":"a","more":[]}"#, as: Line.self) == Line(item: "a", count: nil))
    }

    @Test func `depth is bounded both ways`() throws {
        let deepest = JSONValueCoder.maximumDepth
        #expect(try self.roundTrip(CodingSamples.Chain(length: deepest)).next != nil)
        #expect(throws: EncodingError.self) { try self.text(CodingSamples.Chain(length: deepest + 1)) }
        #expect(throws: EncodingError.self) { try self.text(CodingSamples.Chain(length: 5_000)) }
        let nested = String(repeating: "[", count: deepest + 1) + String(repeating: "]", count: deepest + 1)
        #expect(throws: DecodingError.self) { try self.value(nested, as: Tree.self) }
        #expect(try self.value(String(nested.dropFirst().dropLast()), as: Tree.self).children.count == 1)
    }

    private struct Tree: Codable {
        var children: [Tree]

        init(from decoder: any Decoder) throws {
            self.children = try [Tree](from: decoder)
        }

        func encode(to encoder: any Encoder) throws {
            try self.children.encode(to: encoder)
        }
    }

    @Test func `a value that encodes itself for ever is refused`() {
        struct Endless: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(Endless())
            }
        }
        #expect(throws: EncodingError.self) { try self.text(Endless()) }
    }

    @Test func `a value that encodes itself twice is refused`() {
        struct Twice: Encodable {
            func encode(to encoder: any Encoder) throws {
                var single = encoder.singleValueContainer()
                try single.encode(1)
                var list = encoder.unkeyedContainer()
                try list.encode(2)
            }
        }
        #expect(throws: EncodingError.self) { try self.text(Twice()) }
        #expect(throws: EncodingError.self) { try self.text([Twice()]) }
    }

    @Test func `a value that encodes nothing is an empty object`() throws {
        struct Nothing: Codable, Equatable {
            init() {}
            init(from decoder: any Decoder) throws {}
            func encode(to encoder: any Encoder) throws {}
        }
        #expect(try self.text(Nothing()) == "{}" && self.text([Nothing()]) == "[{}]")
        #expect(try self.value("5", as: Nothing.self) == Nothing())
    }
}
