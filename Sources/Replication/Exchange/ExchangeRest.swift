import AntiEntropy

extension PeerExchange {
    /// Links that are there, whatever becomes of them.
    package var linkCount: Int { self.links.count }

    /// What a node keeps for its peers although nothing is to be exchanged, in words.
    var leftovers: [String] {
        var found: [String] = []
        if !self.effects.isEmpty { found.append("effects that were not carried out") }
        if !self.resolving.isEmpty { found.append("names being resolved") }
        for link in self.links {
            if !link.arrivals.isEmpty || link.arrivedClosing != nil { found.append("records that were not taken in") }
            if link.digestAt != nil || link.joinedAt != nil { found.append("a link that waits for the disk") }
            if link.decoder.unread > 0 { found.append("a part of a frame") }
        }
        return found
    }
}
