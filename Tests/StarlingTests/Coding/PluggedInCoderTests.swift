import Foundation
import Starling
import Testing

/// The example in the documentation of `ValueEncoder`, and its other half.
private struct FoundationJSON: ValueEncoder, ValueDecoder {
    func bytes(encoding value: some Encodable) throws -> [UInt8] { Array(try JSONEncoder().encode(value)) }

    func value<Value: Decodable>(_ type: Value.Type, decoding bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes))
    }
}

struct PluggedInCoderTests {
    private let pairs: [(any ValueEncoder, any ValueDecoder)] = [
        (FoundationJSON(), JSONValueCoder()), (JSONValueCoder(), FoundationJSON()),
        (FoundationJSON(), FoundationJSON()),
    ]

    @Test func `another coder can take either place, and both understand each other`() throws {
        for (encoder, decoder) in self.pairs {
            let order = CodingSamples.Order.sample
            #expect(try decoder.value(CodingSamples.Order.self, decoding: encoder.bytes(encoding: order)) == order)
            let numbers = CodingSamples.Numbers.greatest
            #expect(
                try decoder.value(CodingSamples.Numbers.self, decoding: encoder.bytes(encoding: numbers)) == numbers)
            let manual = CodingSamples.Manual(x: 1, y: 2, list: [3])
            #expect(try decoder.value(CodingSamples.Manual.self, decoding: encoder.bytes(encoding: manual)) == manual)
            let bird = CodingSamples.Bird(name: "starling", wingspan: 0.4)
            #expect(
                try decoder.value(CodingSamples.Bird.self, decoding: encoder.bytes(encoding: bird)).name == "starling")
        }
    }

    @Test func `dates and data pass through their own Codable forms`() throws {
        let coder = JSONValueCoder()
        let date = Date(timeIntervalSinceReferenceDate: 12.5)
        #expect(try coder.value(Date.self, decoding: coder.bytes(encoding: date)) == date)
        let data = Data([1, 2, 3])
        #expect(try coder.value(Data.self, decoding: coder.bytes(encoding: data)) == data)
        let address = try #require(URL(string: "starling://host:9000/path?query"))
        #expect(try coder.value(URL.self, decoding: coder.bytes(encoding: address)) == address)
    }
}
