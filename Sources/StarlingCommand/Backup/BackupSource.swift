/// What a backup's bytes come from.
protocol BackupSource: AnyObject {
    /// About how many there will be.
    var expectedBytes: UInt64 { get }
    /// The next bytes; none at the end.
    func next() throws(CommandError) -> [UInt8]
    /// Ends it, whether all was fetched or not.
    func close()
}
