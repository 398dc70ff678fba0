import Simulation

/// `starling sim`: whole clusters in a simulated world, each replayable from its seed.
enum SimCommand {
    static let command = Command(
        name: "sim", group: .program, summary: "simulate clusters under faults and check every promise",
        flags: SimFlags.all,
        examples: [
            Command.Example("starling sim --seed 42", "one cluster; the same in every process"),
            Command.Example("starling sim --seeds 1..1000", "a thousand; exit code 1 if a promise was broken"),
            Command.Example("starling sim --minutes 5 --jobs 2", "fresh seeds for five minutes, two at a time"),
            Command.Example("starling sim --seed 42 --trace", "with everything the nodes had to say"),
        ],
        notes: [
            "Each seed draws a cluster, a load and faults: crashes, cuts, lost and full disks, jumping clocks. Then "
                + "all is mended, and the nodes must become equal with nothing lost that was acknowledged.",
            "A failure is repeated with fewer nodes, faults and requests as long as it fails the same way; the "
                + "report ends with the command that shows the smallest run.",
        ],
        run: { invocation throws(CommandError) in
            if invocation.settings.last(SimFlags.profile)?.text == SimRequest.profileList {
                for line in SimText.profileTable { try invocation.console.print(line) }
                return .success
            }
            var session = SimSession(try SimRequest(invocation.settings), on: invocation.console)
            return try session.run()
        })
}
