import Platform

/// One side of a ``SimulatedConnection``: what the system of its machine keeps.
struct StreamSide {
    /// The fabric's number for its machine's host.
    let host: Int
    /// Nil when no process holds this side: not accepted yet, closed, or gone.
    var stream: StreamID?
    /// Which start of the machine it belongs to.
    var boot: UInt64 = 0
    /// A process may use it.
    var isConnected = false
    /// Nothing more is sent from here: reset, timed out, or its machine went down.
    var isGone = false
    /// The process has closed it.
    var isClosed = false
    var failure: SystemCallError?
    var outgoing: StreamPipe
}
