import ByteCoding
import DataModel

/// The leadership frames that count, and from where on the log must keep them.
///
/// The first byte of a commit frame's payload tells whether everything leader mode wrote before is void: with a fresh
/// start in one group, the frames before it can be left out by a compaction as soon as it is synced.
struct LeadershipFrames {
    /// The frames that a recovery found; the owner takes them over.
    var found: [LeadershipFrame] = []
    /// The first frame that a crash now would have to find; nil if there is none.
    private(set) var firstLSN: UInt64?
    /// A fresh start, or an end, that is not synced: where it begins and ends, and whether it is an end.
    private var renewal: (firstLSN: UInt64, endLSN: UInt64, isEnd: Bool)?

    /// Takes in a frame of a log that is replayed.
    mutating func replay(_ frame: LeadershipFrame) {
        switch LeadershipMark(frame) {
        case .none: break
        case .renewal:
            self.found = []
            self.firstLSN = nil
        case .end:
            self.found = []
            self.firstLSN = nil
            return
        }
        self.found.append(frame)
        self.firstLSN = self.firstLSN ?? frame.lsn
    }

    /// Takes in a frame that was appended, and where it ends.
    mutating func append(_ mark: LeadershipMark?, lsn: UInt64, endLSN: UInt64) {
        if let mark { self.renewal = (lsn, endLSN, mark == .end) }
        self.firstLSN = self.firstLSN ?? lsn
    }

    /// The log is synced up to there.
    mutating func synced(through lsn: UInt64) {
        guard let renewal = self.renewal, renewal.endLSN <= lsn else { return }
        self.renewal = nil
        self.firstLSN = renewal.isEnd ? nil : renewal.firstLSN
    }
}

/// What a commit frame says of all leadership frames before it.
package enum LeadershipMark: UInt8, Sendable {
    /// They are void; what counts follows.
    case renewal = 1
    /// They are void, and leader mode is over.
    case end = 2

    init?(_ frame: LeadershipFrame) {
        guard frame.kind == .commit, let byte = frame.payload.first, let mark = LeadershipMark(rawValue: byte) else {
            return nil
        }
        self = mark
    }
}
