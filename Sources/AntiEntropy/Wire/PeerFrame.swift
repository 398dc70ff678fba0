/// One frame from the wire: its checksum was right, its payload has not been looked at.
package struct PeerFrame: Hashable, Sendable {
    /// What kind of message the payload is.
    package var kind: MessageKind
    /// The slice of the key space that it is about.
    package var partition: UInt16
    /// The message's bytes.
    package var payload: [UInt8]

    package init(kind: MessageKind, partition: UInt16, payload: [UInt8]) {
        self.kind = kind
        self.partition = partition
        self.payload = payload
    }
}
