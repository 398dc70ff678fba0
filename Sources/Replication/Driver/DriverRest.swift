import Journal

extension ReplicaDriver {
    /// What a node keeps that has nothing to do, in words; empty if that is only what it may keep: links that
    /// wait for news, and clients that wait for their next request.
    package var leftovers: [String] {
        var found: [String] = []
        var (links, taken) = (0, 0)
        for slot in self.slots {
            switch slot {
            case .empty: continue
            case .unknown: break
            case .client(let connection):
                if !connection.output.isEmpty { found.append("replies that have not left") }
            case .link(let link):
                links += 1
                if link.unsentLength > 0 { found.append("bytes for a peer that have not left") }
            case .upstream(let upstream):
                if upstream.isAwaited { found.append("requests passed on that are not answered") }
            }
            taken += 1
        }
        if taken != self.connectionCount { found.append("\(self.connectionCount) connections in \(taken) slots") }
        if links != self.streams.count { found.append("\(self.streams.count) links on \(links) streams") }
        let known = self.replica.exchange.linkCount
        // A link that was closed stays in the list of those being closed until its time is up.
        if links < known || links > known + self.closing.count {
            found.append("\(links) links on streams, \(known) known")
        }
        if !self.blocked.isEmpty || !self.resumed.isEmpty { found.append("sessions that wait to be asked again") }
        if self.replica.waitCount > 0 { found.append("requests that wait for peers") }
        if self.replica.backupCount > 0 { found.append("backups that nobody reads") }
        if self.replica.journal.index.heldCount > 0 { found.append("replaced records") }
        if self.replica.journal.isFlushing { found.append("bytes on their way to the disk") }
        return found + self.replica.exchange.leftovers
    }

    /// Clients that are connected.
    ///
    /// - Complexity: O(n) in the streams.
    package var clientCount: Int {
        self.slots.count { if case .client = $0 { true } else { false } }
    }

    /// Streams that are open, clients' and peers'.
    package var openStreams: Int { self.connectionCount }
}
