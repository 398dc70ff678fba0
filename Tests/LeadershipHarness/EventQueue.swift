/// What happens when, the earliest first; of two at one time, the one that was planned first.
struct EventQueue<Event> {
    private struct Item {
        let time: UInt64
        let number: UInt64
        let event: Event

        func isBefore(_ other: Item) -> Bool {
            (self.time, self.number) < (other.time, other.number)
        }
    }

    private var heap: [Item] = []
    private var planned: UInt64 = 0

    mutating func plan(_ event: Event, at time: UInt64) {
        self.planned += 1
        self.heap.append(Item(time: time, number: self.planned, event: event))
        var place = self.heap.count - 1
        while place > 0, self.heap[place].isBefore(self.heap[(place - 1) / 2]) {
            self.heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func next() -> (time: UInt64, event: Event)? {
        guard let first = self.heap.first else { return nil }
        self.heap.swapAt(0, self.heap.count - 1)
        self.heap.removeLast()
        var place = 0
        while 2 * place + 1 < self.heap.count {
            var child = 2 * place + 1
            if child + 1 < self.heap.count, self.heap[child + 1].isBefore(self.heap[child]) { child += 1 }
            guard self.heap[child].isBefore(self.heap[place]) else { break }
            self.heap.swapAt(place, child)
            place = child
        }
        return (first.time, first.event)
    }
}
