import Platform
import PosixPlatform
import Testing

struct PosixEnvironmentTests {
    @Test func `the clocks run and random numbers differ`() throws {
        let environment = try PosixEnvironment { _ in }
        let start = environment.now
        #expect(environment.now >= start)
        // 2020-01-01.
        #expect(environment.wallNow > WallTime(milliseconds: 1_577_836_800_000))
        #expect(Set((0..<1000).map { _ in environment.random() }).count == 1000)
    }

    @Test func `a wait ends at its deadline, not before`() throws {
        let environment = try PosixEnvironment { _ in }
        let deadline = environment.now + Delay.microseconds(1_500)
        environment.wait(until: deadline)
        #expect(environment.now >= deadline)
    }

    @Test func `a wait returns at once while something waits to be taken`() throws {
        let party = try Party()
        let stream = party.network.connect(to: NetworkAddress(host: "nobody", port: 1))
        party.environment.wait(until: .distantFuture)
        party.environment.wait(until: .distantFuture)
        party.turn()
        #expect(party.closed.keys.contains(stream))
    }

    @Test func `a message from another thread ends the wait, whatever is done first afterwards`() throws {
        let party = try Party()
        let mailbox = Mailbox<Int>(limit: 10, waker: party.environment.waker)
        var messages: [Int] = []
        for round in 0..<200 {
            let thread = try LoopThread(name: "poster") { _ = mailbox.post(round) }
            while messages.last != round {
                party.environment.wait(until: .distantFuture)
                if round % 2 == 0 {
                    party.turn()
                    mailbox.drain(into: &messages)
                } else {
                    mailbox.drain(into: &messages)
                    party.turn()
                }
            }
            thread.join()
        }
        #expect(messages == Array(0..<200))
    }

    @Test func `messages from four threads all arrive, each thread's in order`() throws {
        let party = try Party()
        let mailbox = Mailbox<(Int, Int)>(limit: .max, waker: party.environment.waker)
        let threads = try (0..<4).map { poster in
            try LoopThread(name: "poster") {
                for number in 0..<5_000 {
                    _ = mailbox.post((poster, number))
                }
            }
        }
        var next = [0, 0, 0, 0]
        var messages: [(Int, Int)] = []
        while next != [5_000, 5_000, 5_000, 5_000] {
            party.environment.wait(until: .distantFuture)
            mailbox.drain(into: &messages)
            for (poster, number) in messages {
                #expect(next[poster] == number)
                next[poster] += 1
            }
            messages.removeAll(keepingCapacity: true)
        }
        for thread in threads {
            thread.join()
        }
    }

    @Test func `a full mailbox refuses and takes again when drained`() throws {
        let environment = try PosixEnvironment { _ in }
        let mailbox = Mailbox<Int>(limit: 2, waker: environment.waker)
        #expect([1, 2, 3].map { mailbox.post($0) } == [.posted, .posted, .full])
        var messages: [Int] = [0]
        mailbox.drain(into: &messages)
        #expect(messages == [0, 1, 2])
        #expect(mailbox.post(4) == .posted)
    }

    @Test func `an environment can be made here and run on its own thread`() async throws {
        let environment = try PosixEnvironment { _ in }
        let waker = environment.waker
        let mailbox = Mailbox<Bool>(limit: 1, waker: waker)
        let thread = try LoopThread(name: "loop") {
            var messages: [Bool] = []
            var events: [Event] = []
            while messages.isEmpty {
                environment.wait(until: .distantFuture)
                environment.takeEvents(into: &events)
                mailbox.drain(into: &messages)
            }
            environment.close()
        }
        #expect(mailbox.post(true) == .posted)
        await thread.joined()
        thread.join()
    }

    @Test func `closing finishes the jobs submitted, gives back what was held, and may be repeated`() throws {
        let other = try Party()
        let files = other.files
        let directory = try TemporaryDirectory(files)
        let environment = try PosixEnvironment { _ in }
        let file = try environment.files.open("\(directory.path)/file", .create)
        _ = try environment.files.lock("\(directory.path)/lock")
        let address = try environment.network.listen(on: NetworkAddress(host: "127.0.0.1", port: 0))
        environment.files.submit(
            StorageJob(id: 1, lane: .commit, steps: [.write(file, offset: 0, bytes: [1, 2, 3]), .sync(file)]))
        environment.close()
        environment.close()
        let again = try files.open("\(directory.path)/file", .read)
        #expect(try files.size(of: again) == 3)
        files.close(again)
        files.close(try files.lock("\(directory.path)/lock"))
        #expect(try other.network.listen(on: address) == address)
        var events: [Event] = []
        environment.wait(until: .distantFuture)
        environment.takeEvents(into: &events)
        #expect(events.isEmpty)
    }
}
