/// Messages from any thread to the one that drains them.
///
/// Posting wakes the receiver; a burst costs one system call in all. Messages of one poster keep their
/// order.
///
/// Sendable because `messages` is only touched under the lock, and the rest never changes.
package final class Mailbox<Message: Sendable>: @unchecked Sendable {
    private let limit: Int
    private let waker: Waker
    private let lock = Lock()
    private var messages: [Message] = []
    private var isClosed = false

    /// - Parameters:
    ///   - limit: how many messages may wait.
    ///   - waker: ends the receiver's wait.
    package init(limit: Int, waker: Waker) {
        self.limit = limit
        self.waker = waker
    }

    /// Leaves a message unless as many as may are waiting, or nobody will take any more.
    package func post(_ message: Message) -> MailboxPosting {
        let posting: MailboxPosting = self.lock.withLock {
            if self.isClosed { return .closed }
            if self.messages.count >= self.limit { return .full }
            self.messages.append(message)
            return .posted
        }
        if posting == .posted {
            self.waker.wake()
        }
        return posting
    }

    /// Takes nothing more, and returns what was waiting.
    package func close() -> [Message] {
        self.lock.withLock {
            self.isClosed = true
            defer { self.messages = [] }
            return self.messages
        }
    }

    /// Appends all waiting messages to `destination`, oldest first.
    ///
    /// When `destination` is empty the two arrays change places, so that neither is allocated anew.
    package func drain(into destination: inout [Message]) {
        self.lock.withLock {
            if destination.isEmpty {
                swap(&self.messages, &destination)
            } else if !self.messages.isEmpty {
                destination.append(contentsOf: self.messages)
                self.messages.removeAll(keepingCapacity: true)
            }
        }
    }
}
