/// One reply per request, in the order of the requests, until the connection ends.
package struct ReplyChecker {
    /// The requests that wait for replies, the oldest first.
    package private(set) var awaited: [UInt64] = []

    /// A checker of a connection on which nothing was asked.
    package init() {}

    /// A request was put on the connection.
    package mutating func asked(_ id: UInt64) { self.awaited.append(id) }

    /// The connection has ended: no reply follows any more.
    package mutating func ended() { self.awaited.removeAll() }

    /// A reply has come.
    ///
    /// - Throws: a finding if it is not the one to the oldest request.
    package mutating func replied(_ id: UInt64, by node: String) throws(Finding) {
        guard let first = self.awaited.first else {
            throw Finding(.reply, "\(node) replied to request \(id), which waits for no reply")
        }
        guard first == id else {
            throw Finding(.reply, "\(node) replied to request \(id) before request \(first)")
        }
        self.awaited.removeFirst()
    }
}
