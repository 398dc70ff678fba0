import Platform

/// Storage jobs done at once, on the thread that asks for them: for programs that have nothing else to do.
enum StorageAtOnce {
    private static let zeros = [UInt8](repeating: 0, count: 256 * 1024)

    /// Does the job's steps in order, up to the first that fails.
    static func run(_ job: StorageJob, _ files: any FileSystem) -> Result<Void, SystemCallError> {
        do throws(SystemCallError) {
            for step in job.steps { try StorageAtOnce.run(step, files) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private static func run(_ step: StorageJob.Step, _ files: any FileSystem) throws(SystemCallError) {
        switch step {
        case .write(let file, let offset, let bytes): try files.write(bytes.span, to: file, at: offset)
        case .sync(let file): try files.sync(file)
        case .prepare(let path, let size): try StorageAtOnce.prepare(path, size, files)
        case .rename(let source, let destination): try files.rename(source, to: destination)
        case .remove(let path): try files.remove(path)
        case .syncDirectory(let path): try files.syncDirectory(path)
        case .close(let file): files.close(file)
        }
    }

    private static func prepare(_ path: String, _ size: UInt64, _ files: any FileSystem) throws(SystemCallError) {
        if files.exists(path) { try files.remove(path) }
        let file = try files.open(path, .create)
        defer { files.close(file) }
        var offset: UInt64 = 0
        while offset < size {
            let count = Int(min(UInt64(StorageAtOnce.zeros.count), size - offset))
            try files.write(StorageAtOnce.zeros.span.extracting(first: count), to: file, at: offset)
            offset += UInt64(count)
        }
        try files.sync(file)
    }
}
