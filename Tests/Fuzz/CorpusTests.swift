import Foundation
import Testing

/// Every input that is kept for the fuzzers, those that once did harm among them, run through its target.
struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpora")

    private static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let folder = Self.folder.appending(path: target.rawValue)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `every input that is kept does no harm`(target: FuzzTarget) throws {
        let inputs = try Self.inputs(of: target)
        #expect(!inputs.isEmpty)
        for (name, bytes) in inputs {
            #expect(throws: Never.self, "\(target)/\(name)") { try target.run(bytes) }
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `an input that has been cut short or changed does no harm`(target: FuzzTarget) throws {
        for (name, bytes) in try Self.inputs(of: target).prefix(4) {
            #expect(throws: Never.self, "half of \(target)/\(name)") {
                try target.run(Array(bytes.dropLast(bytes.count / 2)))
            }
            var changed = bytes
            for place in stride(from: bytes.count / 3, to: bytes.count, by: 7) { changed[place] ^= UInt8(place & 0xFF) }
            #expect(throws: Never.self, "\(target)/\(name), changed") { try target.run(changed) }
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `nothing at all is an input too`(target: FuzzTarget) throws {
        try target.run([])
    }
}
