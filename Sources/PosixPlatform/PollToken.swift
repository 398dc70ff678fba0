import Platform

/// What a descriptor in the poller is for, packed into the 64 bits that the kernel hands back.
///
///     63  62         32 31          0
///     [1] [   slot    ] [ generation ]     a stream
///     [0] [   kind    ] [ descriptor ]     anything else
enum PollToken: Equatable {
    case waker
    case multicast
    case listener(Int32)
    case stream(StreamID)

    private static let streamBit: UInt64 = 1 << 63

    init?(rawValue: UInt64) {
        let low = UInt32(truncatingIfNeeded: rawValue)
        let high = UInt32(truncatingIfNeeded: rawValue >> 32) & 0x7FFF_FFFF
        if rawValue & Self.streamBit != 0 {
            self = .stream(StreamID(slot: high, generation: low))
            return
        }
        switch high {
        case 0: self = .waker
        case 1: self = .multicast
        case 2: self = .listener(Int32(bitPattern: low))
        default: return nil
        }
    }

    var rawValue: UInt64 {
        switch self {
        case .waker: 0
        case .multicast: 1 << 32
        case .listener(let descriptor): 2 << 32 | UInt64(UInt32(bitPattern: descriptor))
        case .stream(let id): Self.streamBit | UInt64(id.slot & 0x7FFF_FFFF) << 32 | UInt64(id.generation)
        }
    }
}
