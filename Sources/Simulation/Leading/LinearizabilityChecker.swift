import Platform

/// Whether a history of one key could have been done one request after the other.
///
/// The search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993, section 4) with the memory of Lowe
/// ("Testing for linearizability", 2017, section 3): a set of requests that are done, and the value they leave, is
/// looked at once.
package struct LinearizabilityChecker {
    /// Requests in one history.
    package static let maximum = 64

    private struct Place: Hashable {
        let done: UInt64
        let value: Int64?
    }

    private let operations: [LeaderOperation]

    /// A checker of the requests of one key, in any order.
    ///
    /// - Precondition: at most ``maximum`` of them.
    package init(_ operations: [LeaderOperation]) {
        precondition(operations.count <= LinearizabilityChecker.maximum, "too many requests of one key")
        // What was never answered and changes nothing says nothing.
        self.operations = operations.filter { $0.answer != nil || $0.request != .read }.sorted { $0.asked < $1.asked }
    }

    /// Whether there is such an order.
    ///
    /// - Complexity: exponential in the requests that are under way at once.
    package func isLinearizable() -> Bool {
        let needed = self.operations.indices.reduce(UInt64(0)) { mask, index in
            self.operations[index].answer == nil ? mask : mask | 1 << UInt64(index)
        }
        var seen: Set<Place> = []
        var stack = [Place(done: 0, value: nil)]
        while let place = stack.popLast() {
            if place.done & needed == needed { return true }
            guard seen.insert(place).inserted else { continue }
            // Nothing comes before what had ended when it was asked for.
            var horizon = self.operations.indices.lazy.filter { place.done >> UInt64($0) & 1 == 0 }
                .map { self.operations[$0].answered }.min()
            if horizon == nil { horizon = .distantFuture }
            for index in self.operations.indices where place.done >> UInt64(index) & 1 == 0 {
                guard let limit = horizon, self.operations[index].asked <= limit else { break }
                guard let value = self.apply(self.operations[index], to: place.value) else { continue }
                stack.append(Place(done: place.done | 1 << UInt64(index), value: value.left))
            }
        }
        return false
    }

    /// What the request leaves, if its answer fits.
    private func apply(_ operation: LeaderOperation, to value: Int64?) -> (left: Int64?, Void)? {
        let (left, answer): (Int64?, LeaderOperation.Answer) =
            switch operation.request {
            case .read: (value, .value(value))
            case .write(let new): (new, .done(true))
            case .writeIfAbsent(let new): value == nil ? (new, .done(true)) : (value, .done(false))
            case .increment: ((value ?? 0) + 1, .value((value ?? 0) + 1))
            case .delete: (nil, .done(value != nil))
            }
        guard operation.answer == nil || operation.answer == answer else { return nil }
        return (left, ())
    }
}
