import Causality
import DataModel
import Platform

/// Carts: a client reads all siblings of a cart, adds or removes an item, and writes the result back by
/// what it has read. Nothing that was added is lost unless somebody who saw it removed it.
final class CartWorkload: Workload {
    private struct Item {
        var cart: Int
        /// The write that brought it, once it was accepted.
        var added: Int?
        /// The writes that took it out.
        var removals: [Int] = []
    }

    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    let lastRequest = "change of a cart"
    private var items: [Item] = []

    /// One is viewed as the union of its siblings, one is left to its readers.
    private static let carts: [Key] = ["set/cart", "all/cart"]
    private static let size = 8

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let cart = self.random.below(CartWorkload.carts.count)
        let pause = self.random.below(4) == 0 ? self.random.below(UInt64(300)) : 0
        let later = SimulationRandom(seed: self.random.next())
        client.read(CartWorkload.carts[cart]) { [weak self] token in
            guard let self else { return }
            guard pause > 0 else { return self.change(cart, token, client, later) }
            // People take their time.
            self.cluster.scheduler.schedule(after: .milliseconds(pause), .workload) { [weak self] in
                self?.change(cart, token, client, later)
            }
        }
        return .nothing
    }

    /// The items of some siblings' values.
    private static func items(of values: [[UInt8]]) -> [Int] {
        let words = values.flatMap { $0.split(separator: UInt8(ascii: ",")) }
        return Set(words.compactMap { Int(String(decoding: $0, as: UTF8.self)) }).sorted()
    }

    private func change(_ cart: Int, _ token: ReadToken, _ client: SimulatedClient, _ random: SimulationRandom) {
        self.random = random
        var content = CartWorkload.items(of: token.values)
        var removed: Int?
        if !content.isEmpty, content.count >= CartWorkload.size || self.random.chance(0.3) {
            removed = content.remove(at: self.random.below(content.count))
        } else {
            content.append(self.items.count)
            self.items.append(Item(cart: cart))
        }
        let value = Array(content.map(String.init).joined(separator: ",").utf8)
        guard case .written(let index) = client.put(CartWorkload.carts[cart], value, after: token) else { return }
        if let removed {
            self.items[removed].removals.append(index)
        } else {
            self.items[self.items.count - 1].added = index
        }
    }

    func checkAtRest() throws(Finding) {
        let history = self.cluster.history
        for node in self.cluster.nodes {
            let client = SimulatedClient(of: node, in: self.cluster)
            for (cart, key) in CartWorkload.carts.enumerated() {
                let shown = client.value(of: key).map { [$0] } ?? client.siblings(of: key).map(\.value)
                let content = Set(CartWorkload.items(of: shown))
                for (number, item) in self.items.enumerated() where item.cart == cart && !content.contains(number) {
                    guard let added = item.added else { continue }
                    let write = history.writes[added]
                    guard !write.isLost, !write.isExcused else { continue }
                    guard item.removals.allSatisfy({ history.writes[$0].isLost }) else { continue }
                    throw Finding(
                        .cart, "item \(number) of cart \(key) is not on \(node.name) and nobody has removed it",
                        [write.dot])
                }
            }
        }
    }
}
