/// Types with every shape that `Codable` can take.
enum CodingSamples {
    struct Numbers: Codable, Hashable, Sendable {
        var i8: Int8
        var i16: Int16
        var i32: Int32
        var i64: Int64
        var int: Int
        var u8: UInt8
        var u16: UInt16
        var u32: UInt32
        var u64: UInt64
        var uint: UInt
        var float: Float
        var double: Double

        static let least = Numbers(
            i8: .min, i16: .min, i32: .min, i64: .min, int: .min, u8: 0, u16: 0, u32: 0, u64: 0, uint: 0,
            float: -Float.greatestFiniteMagnitude, double: -Double.greatestFiniteMagnitude)
        static let greatest = Numbers(
            i8: .max, i16: .max, i32: .max, i64: .max, int: .max, u8: .max, u16: .max, u32: .max, u64: .max,
            uint: .max, float: .leastNonzeroMagnitude, double: .leastNonzeroMagnitude)
    }

    enum Shape: Codable, Hashable, Sendable {
        case point
        case circle(radius: Double)
        case box(Int, Int, label: String?)
        indirect case pair(Shape, Shape)
    }

    enum Color: String, Codable, Sendable {
        case red, green
    }

    struct Order: Codable, Hashable, Sendable {
        var name: String
        var note: String?
        var lines: [Line]
        var tags: Set<String>
        var stock: [String: Int]
        var byNumber: [Int: [Bool?]]
        var color: Color
        var shape: Shape
        var raw: [UInt8]

        struct Line: Codable, Hashable, Sendable {
            var item: String
            var count: Int?
        }

        static let sample = Order(
            name: "naïve \"quoted\" \\ / \u{0}\u{1F}\n\t\u{8}\u{C}\r 😀 \u{2028}", note: nil,
            lines: [Line(item: "pear", count: 2), Line(item: "", count: nil)], tags: ["one"],
            stock: ["a": 1, "b": -1, "": 0], byNumber: [7: [true, nil, false], -1: []], color: .green,
            shape: .pair(.circle(radius: 0.1), .box(1, 2, label: nil)), raw: [0, 127, 255])
    }

    class Animal: Codable {
        var name: String

        init(name: String) {
            self.name = name
        }
    }

    /// Keeps its superclass's members under `super`.
    final class Bird: Animal {
        var wingspan: Double

        init(name: String, wingspan: Double) {
            self.wingspan = wingspan
            super.init(name: name)
        }

        private enum CodingKeys: CodingKey {
            case wingspan
        }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.wingspan = try container.decode(Double.self, forKey: .wingspan)
            try super.init(from: container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try super.encode(to: container.superEncoder())
            try container.encode(self.wingspan, forKey: .wingspan)
        }
    }

    /// Fills nested containers in an order of its own, one of them twice.
    struct Manual: Codable, Hashable {
        var x: Int
        var y: Int
        var list: [Int]

        private enum Keys: String, CodingKey {
            case position, list, x, y
        }

        init(x: Int, y: Int, list: [Int]) {
            self.x = x
            self.y = y
            self.list = list
        }

        func encode(to encoder: any Encoder) throws {
            var outer = encoder.container(keyedBy: Keys.self)
            var list = outer.nestedUnkeyedContainer(forKey: .list)
            var first = outer.nestedContainer(keyedBy: Keys.self, forKey: .position)
            try first.encode(self.x, forKey: .x)
            for number in self.list {
                var inner = list.nestedUnkeyedContainer()
                try inner.encode(number)
                try inner.encodeNil()
            }
            var last = list.nestedContainer(keyedBy: Keys.self)
            try last.encodeNil(forKey: .x)
            try list.superEncoder().singleValueContainer().encodeAsIs("end")
            var second = outer.nestedContainer(keyedBy: Keys.self, forKey: .position)
            try second.encode(self.y, forKey: .y)
        }

        init(from decoder: any Decoder) throws {
            let outer = try decoder.container(keyedBy: Keys.self)
            let position = try outer.nestedContainer(keyedBy: Keys.self, forKey: .position)
            self.x = try position.decode(Int.self, forKey: .x)
            self.y = try position.decode(Int.self, forKey: .y)
            var list = try outer.nestedUnkeyedContainer(forKey: .list)
            self.list = []
            while let count = list.count, list.currentIndex < count - 2 {
                var inner = try list.nestedUnkeyedContainer()
                self.list.append(try inner.decode(Int.self))
                guard try inner.decodeNil(), inner.isAtEnd else { throw Mismatch() }
            }
            let last = try list.nestedContainer(keyedBy: Keys.self)
            let end = try list.superDecoder().singleValueContainer().decode(String.self)
            guard try last.decodeNil(forKey: .x), end == "end", list.isAtEnd else { throw Mismatch() }
        }
    }

    struct Mismatch: Error {}

    /// A list whose tail lies inside it: as deep as it is long.
    final class Chain: Codable {
        var next: Chain?

        init(length: Int) {
            self.next = length > 1 ? Chain(length: length - 1) : nil
        }
    }
}

extension SingleValueEncodingContainer {
    /// Encodes through a constant, which `mutating` requirements do not allow directly.
    func encodeAsIs(_ text: String) throws {
        var copy = self
        try copy.encode(text)
    }
}
