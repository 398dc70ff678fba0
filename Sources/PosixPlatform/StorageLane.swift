import Platform

/// One thread that works off storage jobs in their order.
///
/// Sendable because it consists of things that never change and are Sendable themselves.
final class StorageLane: Sendable {
    private enum Order: Sendable {
        case run(StorageJob)
        case stop
    }

    /// The end of a job.
    struct Outcome: Sendable {
        var id: UInt64
        var result: Result<Void, SystemCallError>
    }

    private let orders: Mailbox<Order>
    private let thread: LoopThread

    init(name: String, files: OpenFiles, outcomes: Mailbox<Outcome>) throws(SystemCallError) {
        let waker = try Waker(isBlocking: true)
        // Unbounded: the journal, which submits, bounds what it has under way.
        let orders = Mailbox<Order>(limit: .max, waker: waker)
        self.orders = orders
        self.thread = try LoopThread(name: name) {
            StorageLane.work(off: orders, waker: waker, files: files, outcomes: outcomes)
        }
    }

    func submit(_ job: StorageJob) {
        _ = self.orders.post(.run(job))
    }

    /// Finishes the jobs submitted so far and ends the thread.
    func stop() {
        _ = self.orders.post(.stop)
        self.thread.join()
    }

    private static func work(
        off orders: Mailbox<Order>, waker: Waker, files: OpenFiles, outcomes: Mailbox<Outcome>
    ) {
        var batch: [Order] = []
        while true {
            waker.clear()
            orders.drain(into: &batch)
            for order in batch {
                switch order {
                case .run(let job):
                    // The mailbox of outcomes has no limit, so none is refused.
                    _ = outcomes.post(Outcome(id: job.id, result: Self.run(job, files)))
                case .stop:
                    return
                }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }

    private static func run(_ job: StorageJob, _ files: OpenFiles) -> Result<Void, SystemCallError> {
        for step in job.steps {
            do {
                try Self.run(step, files)
            } catch {
                return .failure(error)
            }
        }
        return .success(())
    }

    private static func run(_ step: StorageJob.Step, _ files: OpenFiles) throws(SystemCallError) {
        switch step {
        case .write(let file, let offset, let bytes):
            try files.write(bytes.span, to: file, at: offset)
        case .sync(let file):
            try files.sync(file)
        case .prepare(let path, let size):
            try DirectoryTree.prepare(path, size: size)
        case .rename(let source, let destination):
            try DirectoryTree.rename(source, to: destination)
        case .remove(let path):
            try DirectoryTree.remove(path)
        case .syncDirectory(let path):
            try DirectoryTree.sync(path)
        case .close(let file):
            files.close(file)
        }
    }
}
