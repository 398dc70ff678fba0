import Journal
import Platform
import PosixPlatform

/// The part of `starling verify` that reads data directories.
enum VerifyDirectory {
    /// Reads each directory in whole and tells of every file what was found.
    static func run(_ directories: [String], _ invocation: Invocation) throws(CommandError) -> ExitCode {
        let environment = try PosixEnvironment.forCommand()
        defer { environment.close() }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        var code = ExitCode.success
        for directory in directories {
            let report: DirectoryReport
            do throws(JournalError) {
                report = try DirectoryInspection.run(directory, files: environment.files)
            } catch {
                throw RepairFailure.error(error)
            }
            let account = DirectoryAccount(directory: directory, report: report)
            for line in isJSON ? [account.json.text] : account.lines { try invocation.console.print(line) }
            if !report.isIntact { code = .badData }
        }
        return code
    }
}
