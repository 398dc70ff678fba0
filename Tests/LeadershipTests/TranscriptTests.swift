import Platform
import Testing

/// Whole interactions, word by word: a change of any rule shows here as a difference to be understood.
@Suite struct TranscriptTests {
    @Test func `an election, a write, a cut-off leader, and its return`() {
        var transcript = Transcript()
        transcript.say("silence: member 2 is the first to stand")
        transcript.pass(.milliseconds(400), for: 2)
        transcript.say("a write")
        transcript.propose("a", to: 2)
        transcript.say("the leader is cut off, and takes a write that nobody else gets")
        transcript.cut = [2]
        transcript.propose("b", to: 2)
        transcript.say("the others hear nothing")
        transcript.pass(.milliseconds(400), for: 3)
        transcript.propose("c", to: 3)
        transcript.say("the cut is mended before the old leader has noticed")
        transcript.cut = []
        transcript.pass(.milliseconds(60), for: 3)
        #expect(transcript.text == Self.election)
    }

    private static let election = """
        # silence: member 2 is the first to stand
        2 asks whether it would be voted for
        2 → 1 would you vote in term 1, last 0@0?
        2 → 3 would you vote in term 1, last 0@0?
        1 → 2 yes, term 0
        2 writes term 1, vote for 2
        2 stands in term 1
        3 → 2 yes, term 0
        2 → 1 vote in term 1, last 0@0!
        1 writes term 1, vote for 2
        1 follows nobody in term 1
        2 → 3 vote in term 1, last 0@0!
        3 writes term 1, vote for 2
        3 follows nobody in term 1
        1 → 2 yes, term 1
        2 leads term 1
        3 → 2 yes, term 1
        2 → 1 term 1 after 0@0: 1@1, committed 0
        1 follows 2 in term 1
        2 → 3 term 1 after 0@0: 1@1, committed 0
        3 follows 2 in term 1
        1 → 2 term 1 matched 1
        2 commits 1@1
        3 → 2 term 1 matched 1
        2 → 1 term 1 after 1@1: nothing, committed 1
        1 commits 1@1
        1 → 2 term 1 matched 1
        # a write
        2 → 1 term 1 after 1@1: 2@1, committed 1
        2 → 3 term 1 after 1@1: 2@1, committed 1
        3 commits 1@1
        1 → 2 term 1 matched 2
        2 commits 2@1
        2 answers OK
        3 → 2 term 1 matched 2
        2 → 1 term 1 after 2@1: nothing, committed 2
        1 commits 2@1
        1 → 2 term 1 matched 2
        # the leader is cut off, and takes a write that nobody else gets
        2 ✗ 1 term 1 after 2@1: 3@1, committed 2
        2 ✗ 3 term 1 after 2@1: 3@1, committed 2
        # the others hear nothing
        3 asks whether it would be voted for
        3 → 1 would you vote in term 2, last 2@1?
        3 ✗ 2 would you vote in term 2, last 2@1?
        1 → 3 yes, term 1
        3 writes term 2, vote for 3
        3 stands in term 2
        3 → 1 vote in term 2, last 2@1!
        1 writes term 2, vote for 3
        1 follows nobody in term 2
        3 ✗ 2 vote in term 2, last 2@1!
        1 → 3 yes, term 2
        3 leads term 2
        3 → 1 term 2 after 2@1: 3@2, committed 1
        1 follows 3 in term 2
        3 ✗ 2 term 2 after 2@1: 3@2, committed 1
        1 → 3 term 2 matched 3
        3 commits 3@2
        3 → 1 term 2 after 3@2: nothing, committed 3
        1 commits 3@2
        1 → 3 term 2 matched 3
        3 → 1 term 2 after 3@2: 4@2, committed 3
        1 → 3 term 2 matched 4
        3 commits 4@2
        3 answers OK
        3 → 1 term 2 after 4@2: nothing, committed 4
        1 commits 4@2
        1 → 3 term 2 matched 4
        # the cut is mended before the old leader has noticed
        3 → 1 term 2 after 4@2: nothing, committed 4
        3 → 2 term 2 after 2@1: 3@2 4@2, committed 4
        2 saw two leaders: 2 of term 1 and 3 of term 2
        2 writes term 2, vote for nobody
        2 does not know whether
        2 follows 3 in term 2
        2 gives up 3...3
        2 commits 4@2
        1 → 3 term 2 matched 4
        2 → 3 term 2 matched 4
        """
}
