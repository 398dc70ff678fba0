package import ByteCoding
import Causality

extension RaftMessage {
    private var kind: RaftFormat.Kind {
        switch self {
        case .preVoteRequest: .preVoteRequest
        case .preVoteAnswer: .preVoteAnswer
        case .voteRequest: .voteRequest
        case .voteAnswer: .voteAnswer
        case .append: .append
        case .appendAnswer: .appendAnswer
        case .snapshot: .snapshot
        case .timeoutNow: .timeoutNow
        }
    }

    /// Appends the message, from its kind on.
    package func encode(into writer: inout ByteWriter) {
        writer.write(self.kind.rawValue)
        switch self {
        case .preVoteRequest(let request), .voteRequest(let request):
            writer.write(request.term)
            writer.write(request.last)
            writer.write(request.isTransfer)
        case .preVoteAnswer(let answer), .voteAnswer(let answer):
            writer.write(answer.term)
            writer.write(answer.requested)
            writer.write(answer.isGranted)
        case .append(let request):
            writer.write(request.term)
            writer.writeVarint(request.round)
            writer.write(request.previous)
            writer.writeVarint(request.commit)
            writer.writeCount(request.entries.count)
            for entry in request.entries { entry.encode(into: &writer) }
        case .appendAnswer(let answer): answer.encode(into: &writer)
        case .snapshot(let offer):
            writer.write(offer.term)
            writer.writeVarint(offer.round)
            writer.write(offer.header.position)
            writer.write(offer.header.electorate)
        case .timeoutNow(let term): writer.write(term)
        }
    }

    /// Reads one message that fills the reader to its end.
    package init(from reader: inout ByteReader) throws(DecodingError) {
        guard let kind = RaftFormat.Kind(rawValue: try reader.readUInt8()) else { throw .malformed }
        switch kind {
        case .preVoteRequest: self = .preVoteRequest(try VoteRequest(from: &reader))
        case .preVoteAnswer: self = .preVoteAnswer(try VoteAnswer(from: &reader))
        case .voteRequest: self = .voteRequest(try VoteRequest(from: &reader))
        case .voteAnswer: self = .voteAnswer(try VoteAnswer(from: &reader))
        case .append: self = .append(try AppendRequest(from: &reader))
        case .appendAnswer: self = .appendAnswer(try AppendAnswer(from: &reader))
        case .snapshot: self = .snapshot(try SnapshotOffer(from: &reader))
        case .timeoutNow: self = .timeoutNow(try reader.readTerm())
        }
        try reader.finish()
    }
}

extension VoteRequest {
    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let term = try reader.readTerm()
        let last = try reader.readPosition()
        self.init(term: term, last: last, isTransfer: try reader.readBool())
    }
}

extension VoteAnswer {
    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let term = try reader.readTerm()
        let requested = try reader.readTerm()
        self.init(term: term, requested: requested, isGranted: try reader.readBool())
    }
}

extension AppendRequest {
    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let term = try reader.readTerm()
        let round = try reader.readVarint()
        let previous = try reader.readPosition()
        let commit = try reader.readVarint()
        let count = try reader.readCount(maximum: RaftFormat.entryCount)
        guard previous.index < UInt64.max - UInt64(RaftFormat.entryCount) else { throw .tooLarge }
        var entries: [LeadershipEntry] = []
        for place in 0..<count {
            entries.append(try LeadershipEntry(from: &reader, at: previous.index + UInt64(place) + 1))
        }
        self.init(term: term, round: round, previous: previous, entries: entries, commit: commit)
    }
}

extension AppendAnswer {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(self.term)
        writer.writeVarint(self.round)
        switch self.outcome {
        case .matched(let index):
            writer.write(RaftFormat.OutcomeKind.matched.rawValue)
            writer.writeVarint(index)
        case .conflict(let refused, let hint):
            writer.write(RaftFormat.OutcomeKind.conflict.rawValue)
            writer.writeVarint(refused)
            writer.write(hint)
        case .fenced(let leader):
            writer.write(RaftFormat.OutcomeKind.fenced.rawValue)
            writer.writeCount(leader == nil ? 0 : 1)
            if let leader { writer.write(leader.rawValue) }
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let term = try reader.readTerm()
        let round = try reader.readVarint()
        guard let kind = RaftFormat.OutcomeKind(rawValue: try reader.readUInt8()) else { throw .malformed }
        let outcome: Outcome
        switch kind {
        case .matched: outcome = .matched(try reader.readVarint())
        case .conflict:
            let refused = try reader.readVarint()
            outcome = .conflict(refused: refused, hint: try reader.readPosition())
        case .fenced: outcome = .fenced(try reader.readPeers(maximum: 1).first)
        }
        self.init(term: term, round: round, outcome: outcome)
    }
}

extension SnapshotOffer {
    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let term = try reader.readTerm()
        let round = try reader.readVarint()
        let position = try reader.readPosition()
        let header = SnapshotHeader(position: position, electorate: try reader.readElectorate())
        self.init(term: term, round: round, header: header)
    }
}
