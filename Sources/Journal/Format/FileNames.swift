// Inside the data directory:
//
//   identity            who writes here; replaced by renaming identity.new over it
//   identity.new        left over if a replacement was interrupted
//   peers               what is known of other members; replaced by renaming peers.new over it
//   peers.new           left over if a replacement was interrupted
//   lock                held while a process has the directory open
//   log/NNNNNNNN.seg    a segment, eight decimal digits or more, from 00000001 on
//   log/spare-N         a prepared file that has not become a segment; worthless after a restart
//   index/NNNNNNNN.idx  an index snapshot; the newest that fits the log saves reading most of it
//   unfinished          a restoration has begun and not ended: what is here is not all
//   index/NNNNNNNN.new  an index snapshot being written; worthless after a restart
//   damaged/NNNNNNNN.seg  the segments of a log that was found damaged, until the node is healed
//   damaged/complete    all of them are there: what lies in log/ is a new log
//   damaged/healed      the node is healed: all else in damaged/ is to be removed
//   damaged/accepted    an operator accepts what they have lost, should there be no peer to heal from

/// Every name of a file in a data directory.
enum FileNames {
    static func identity(in directory: String) -> String { directory + "/identity" }
    static func newIdentity(in directory: String) -> String { directory + "/identity.new" }
    static func peers(in directory: String) -> String { directory + "/peers" }
    static func newPeers(in directory: String) -> String { directory + "/peers.new" }
    static func lock(in directory: String) -> String { directory + "/lock" }
    static func unfinished(in directory: String) -> String { directory + "/unfinished" }
    static func log(in directory: String) -> String { directory + "/log" }

    static func index(in directory: String) -> String { directory + "/index" }
    static func damaged(in directory: String) -> String { directory + "/damaged" }
    static func damagedComplete(in directory: String) -> String { directory + "/damaged/complete" }
    static func damagedHealed(in directory: String) -> String { directory + "/damaged/healed" }
    static func damagedAccepted(in directory: String) -> String { directory + "/damaged/accepted" }

    /// The path of an index snapshot in its directory.
    static func snapshot(_ number: UInt64, in index: String) -> String {
        index + "/" + FileNames.digits(number) + ".idx"
    }

    /// The path of an index snapshot while it is being written.
    static func newSnapshot(_ number: UInt64, in index: String) -> String {
        index + "/" + FileNames.digits(number) + ".new"
    }

    /// The number of the index snapshot with that name; nil if it is not one's name.
    static func snapshotNumber(_ name: String) -> UInt64? {
        guard name.hasSuffix(".idx"), let number = UInt64(name.dropLast(4)), number > 0, number < UInt64.max / 2,
            FileNames.snapshot(number, in: "") == "/" + name
        else { return nil }
        return number
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The path of a segment in the log's directory.
    static func segment(_ number: UInt64, in log: String) -> String {
        log + "/" + FileNames.digits(number) + ".seg"
    }

    /// The path of a spare file in the log's directory.
    static func spare(_ number: UInt64, in log: String) -> String {
        log + "/spare-\(number)"
    }

    /// The number of the segment with that name; nil if it is not a segment's name.
    static func segmentNumber(_ name: String) -> UInt64? {
        guard name.hasSuffix(".seg") else { return nil }
        let digits = name.dropLast(4)
        guard digits.utf8.count >= 8, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = UInt64(digits), number > 0, FileNames.segment(number, in: "") == "/" + name
        else { return nil }
        return number
    }

    static func isSpare(_ name: String) -> Bool {
        name.hasPrefix("spare-")
    }
}
