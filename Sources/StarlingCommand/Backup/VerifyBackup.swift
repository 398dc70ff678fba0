import Journal
import Platform
import PosixPlatform

/// The part of `starling verify` that reads backups.
enum VerifyBackup {
    static let flag = Flag(
        "backup", .required("FILE"), isRepeatable: true, isSetting: false, help: "a backup to be read in whole")

    /// Reads each backup in whole, and tells what it holds, or what is wrong with it.
    static func run(_ paths: [String], _ invocation: Invocation) throws(CommandError) -> ExitCode {
        let environment = try PosixEnvironment.forCommand()
        defer { environment.close() }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        var bar = ProgressBar("verify", console: invocation.console, isQuiet: isJSON)
        defer { bar.clear() }
        for path in paths {
            let summary: BackupSummary
            do throws(RestoreError) {
                summary = try BackupFile.check(path, files: environment.files) { bar.show($0, of: $1) }
            } catch {
                bar.clear()
                throw RestoreFailure.error(error)
            }
            bar.clear()
            let account = BackupAccount(path: path, summary: summary)
            try invocation.console.print(isJSON ? account.json().text : "intact  \(account.text())")
        }
        return .success
    }
}
