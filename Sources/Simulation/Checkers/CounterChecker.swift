import ByteCoding
package import Causality
import DataModel
package import Replication

/// A counter shows the sum of the increments that survived, each counted once.
package struct CounterChecker {
    /// Keys under it are only ever incremented.
    package let prefix: [UInt8]
    /// What was declared void: such an increment is claimed, and may be counted nowhere.
    package let voids: CausalContext

    /// A checker of the counters under this prefix.
    package init(prefix: [UInt8], voids: CausalContext = CausalContext()) {
        self.prefix = prefix
        self.voids = voids
    }

    /// Checks a replica at any moment: it shows what it has seen, no more and no less.
    ///
    /// - Throws: a finding about a counter with another sum.
    package func check(_ replica: Replica, _ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        for key in history.keys.indices where history.keys[key].starts(with: self.prefix) {
            var expected: Int64 = 0
            // What only a crash-struck node had seen may live on in a successor that got away.
            var counted = survey.claimed[key]
            counted.formUnion(survey.replaced[key])
            let places = history.writesOfKey[key]
            counted.visit { expected &+= history.writes[places[$0]].amount }
            var value: [UInt8] = []
            let name = history.keys[key]
            // The disk may refuse a read; that is no wrong sum.
            guard let reading = try? replica.read(name.span, into: &value) else { continue }
            if !reading.isFound { value = [UInt8(ascii: "0")] }
            let shown = DecimalInteger.parse(value.span)
            guard shown != expected, !places.contains(where: { self.voids.contains(history.writes[$0].dot) }) else {
                continue
            }
            throw Finding(
                .counter,
                "counter \(history.name(of: key)) shows \(shown.map(String.init) ?? "no number") on "
                    + "\(survey.node), \(expected) was added",
                survey.claimed[key].places.suffix(1).map { history.write(key: key, place: $0).dot })
        }
    }
}
