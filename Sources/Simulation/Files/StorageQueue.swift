import Platform

/// The jobs of one lane of a simulated disk, first in, first out, and the step under way.
struct StorageQueue {
    private var jobs: [StorageJob] = []
    private var nextStep = 0

    var isEmpty: Bool { self.jobs.isEmpty }

    /// The step under way, if a job is.
    var step: StorageJob.Step? {
        guard let job = self.jobs.first, self.nextStep < job.steps.count else { return nil }
        return job.steps[self.nextStep]
    }

    mutating func append(_ job: StorageJob) {
        self.jobs.append(job)
    }

    /// Takes in how the step ended, and returns the job's end if this was it.
    mutating func finishStep(_ result: Result<Void, SystemCallError>) -> StorageCompletion? {
        guard let job = self.jobs.first else { return nil }
        self.nextStep += 1
        if case .success = result, self.nextStep < job.steps.count { return nil }
        self.jobs.removeFirst()
        self.nextStep = 0
        return StorageCompletion(id: job.id, result: result)
    }

    mutating func removeAll() {
        self.jobs.removeAll()
        self.nextStep = 0
    }
}
