import Replication

/// The clients that are connected, by number.
struct ClientRegistry {
    /// Sorted by number, for numbers only grow.
    private(set) var clients: [Client] = []
    /// How many ever came, by face.
    private var accepted = [UInt64](repeating: 0, count: ClientFace.allCases.count)

    var count: Int {
        self.clients.count
    }

    mutating func add(_ connection: ClientConnection, face: ClientFace) -> Client {
        let client = Client(connection, face: face)
        self.clients.append(client)
        self.accepted[face.rawValue] += 1
        return client
    }

    /// Notes that a client turned out to speak another protocol than its first byte promised.
    mutating func reassign(_ client: Client, to face: ClientFace) {
        self.accepted[client.face.rawValue] -= 1
        self.accepted[face.rawValue] += 1
        client.face = face
    }

    /// - Complexity: O(n) in the clients, for those behind it move up.
    mutating func remove(_ client: Client) {
        var low = 0
        var high = self.clients.count
        while low < high {
            let middle = (low + high) / 2
            if self.clients[middle].number < client.number { low = middle + 1 } else { high = middle }
        }
        guard low < self.clients.count, self.clients[low] === client else { return }
        self.clients.remove(at: low)
    }

    /// How many of one face are connected.
    ///
    /// - Complexity: O(n) in the clients.
    func count(of face: ClientFace) -> Int {
        self.clients.count { $0.face == face }
    }

    /// How many of one face ever came.
    func accepted(_ face: ClientFace) -> UInt64 {
        self.accepted[face.rawValue]
    }
}
