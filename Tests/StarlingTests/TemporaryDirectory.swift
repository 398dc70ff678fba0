import Foundation
import PosixPlatform
import Starling

/// A directory that goes when its test is over.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        let number = UInt64.random(in: .min ... .max)
        self.path = "\(ProcessFacts.temporaryDirectory)/starling-test-\(ProcessFacts.processID)-\(number)"
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// The path of something in it.
    func callAsFunction(_ name: String) -> String {
        "\(self.path)/\(name)"
    }
}

extension NodeConfiguration {
    /// A node on any free port, in a cluster of this test's own.
    static func test(_ name: String = "test", cluster: String = "tests") -> NodeConfiguration {
        var configuration = NodeConfiguration(name: name)
        configuration.port = 0
        configuration.cluster = cluster
        return configuration
    }
}
