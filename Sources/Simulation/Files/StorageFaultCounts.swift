/// How often each fault of a simulated disk has struck, for coverage.
package struct StorageFaultCounts: Hashable, Sendable {
    package var syncFailures = 0
    package var readErrors = 0
    package var writeErrors = 0
    package var fullDisks = 0
    package var crashes = 0
    package var interruptedSteps = 0
    package var stalls = 0
    package var flippedBits = 0
}
