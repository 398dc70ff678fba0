import LeadershipHarness

/// Runs seeds of the leadership cluster: LeadershipSoak FIRST LAST
@main
enum LeadershipSoak {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard arguments.count == 2, arguments[0] <= arguments[1] else {
            print("LeadershipSoak FIRST LAST: runs the seeds from FIRST to LAST and adds up what came up in them")
            return
        }
        var total = SoakTotal()
        for seed in arguments[0]...arguments[1] {
            var cluster = RaftCluster(seed: seed)
            let report = cluster.run()
            if let violation = report.violation {
                print("seed \(seed): \(violation)")
                if total.violations == 8 { break }
            }
            total.add(report)
        }
        print(total)
    }
}
