import Platform
import PosixPlatform
import Testing

struct PosixNetworkTests {
    @Test func `bytes go both ways over a stream`() throws {
        let (caller, near, listener, far) = try connectedPair()
        #expect(try caller.write(near, Array("hello".utf8)) == 5)
        take(listener, until: { listener.isReadable(far) })
        #expect(listener.read(far).bytes == Array("hello".utf8))
        #expect(listener.read(far).result == .wouldBlock)
        #expect(try listener.write(far, Array("good day".utf8)) == 8)
        take(caller, until: { caller.isReadable(near) })
        #expect(caller.read(near, limit: 4).bytes == Array("good".utf8))
        #expect(caller.read(near).bytes == Array(" day".utf8))
    }

    @Test func `a free port is found, used by accepted streams, and refused to a second listener`() throws {
        let first = try Party()
        let second = try Party()
        let address = try first.listen()
        #expect(address.port != 0)
        let refusal = #expect(throws: SystemCallError.self) { try second.network.listen(on: address) }
        #expect(refusal?.kind == .addressInUse)
        #expect(refusal?.subject == "\(address)")
        first.network.stopListening()
        #expect(try second.network.listen(on: address) == address)
    }

    @Test func `an IPv6 listener on all addresses takes IPv4 callers and shows their IPv4 address`() throws {
        let caller = try Party()
        let listener = try Party()
        let port = try listener.network.listen(on: NetworkAddress(host: "::", port: 0)).port
        _ = caller.network.connect(to: NetworkAddress(host: "127.0.0.1", port: port))
        _ = caller.network.connect(to: NetworkAddress(host: "::1", port: port))
        take(caller, listener, until: { listener.accepted.count == 2 && caller.connected.count == 2 })
        let hosts = listener.events.compactMap { if case .accepted(_, let from) = $0 { from.host } else { nil } }
        #expect(hosts.sorted() == ["127.0.0.1", "::1"])
    }

    @Test func `a host that is not numeric can be neither listened on nor dialled`() throws {
        let party = try Party()
        let address = NetworkAddress(host: "not.numeric", port: 1)
        let refusal = #expect(throws: SystemCallError.self) { try party.network.listen(on: address) }
        #expect(refusal?.kind == .addressNotAvailable)
        let stream = party.network.connect(to: address)
        party.environment.wait(until: .distantFuture)
        party.turn()
        #expect(party.closed[stream]??.kind == .addressNotAvailable)
    }

    @Test func `a refused connection is reported once, and its slot serves again under another generation`() throws {
        let party = try Party()
        let gone = try Party()
        let address = try gone.listen()
        gone.network.stopListening()
        let stream = party.network.connect(to: address)
        take(party, until: { !party.closed.isEmpty })
        #expect(party.closed[stream]??.kind == .connectionRefused)
        party.turn()
        #expect(party.events.count == 1)
        party.network.close(stream)
        let next = party.network.connect(to: address)
        #expect(next.slot == stream.slot)
        #expect(next.generation != stream.generation)
    }

    @Test func `a closed stream is silent and refuses use, also when its slot has a new user`() throws {
        let (caller, near, listener, far) = try connectedPair()
        _ = try caller.write(near, [1, 2, 3])
        listener.environment.wait(until: .distantFuture)
        listener.network.close(far)
        let next = listener.network.connect(to: NetworkAddress(host: "0.0.0.0", port: 0))
        #expect(next.slot == far.slot)
        listener.turn()
        #expect(!listener.isReadable(far))
        #expect(!listener.isReadable(next))
        guard case .failed = listener.read(far).result else {
            Issue.record("a closed stream was read")
            return
        }
        #expect(throws: SystemCallError.self) { try listener.write(far, [1]) }
        listener.network.setReading(far, false)
        listener.network.setWriting(far, true)
        listener.network.close(far)
    }

    @Test func `after one side has finished writing the other still can`() throws {
        let (caller, near, listener, far) = try connectedPair()
        _ = try caller.write(near, Array("question".utf8))
        caller.network.finishWriting(near)
        take(listener, until: { listener.isReadable(far) })
        #expect(listener.read(far).bytes == Array("question".utf8))
        #expect(listener.read(far).result == .end)
        listener.events = []
        listener.turn()
        #expect(!listener.isReadable(far), "an end that was read is not reported again")
        #expect(try listener.write(far, Array("answer".utf8)) == 6)
        listener.network.close(far)
        take(caller, until: { caller.isReadable(near) })
        #expect(caller.read(near).bytes == Array("answer".utf8))
        #expect(caller.read(near).result == .end)
    }

    @Test func `bytes that arrived before a reset are read before the failure`() throws {
        let (caller, near, listener, far) = try connectedPair()
        _ = try listener.write(far, [9])
        take(caller, until: { caller.isReadable(near) })
        _ = try caller.write(near, [1, 2, 3])
        take(listener, until: { listener.isReadable(far) })
        // Closing with unread bytes makes the kernel reset the connection.
        caller.network.close(near)
        listener.environment.wait(until: .distantFuture)
        listener.turn()
        #expect(listener.read(far).bytes == [1, 2, 3])
        guard case .failed(let error) = listener.read(far).result else {
            Issue.record("the reset was not seen")
            return
        }
        #expect(error.kind == .connectionReset)
    }

    @Test func `a broken stream nobody reads neither spins nor is lost`() throws {
        let (caller, near, listener, far) = try connectedPair()
        listener.network.setReading(far, false)
        _ = try listener.write(far, [9])
        take(caller, until: { caller.isReadable(near) })
        _ = try caller.write(near, [1, 2, 3])
        caller.network.close(near)
        listener.events = []
        listener.environment.wait(until: .distantFuture)
        listener.turn()
        #expect(listener.events.isEmpty)
        let deadline = listener.environment.now + Delay.milliseconds(2)
        listener.environment.wait(until: deadline)
        #expect(listener.environment.now >= deadline, "the broken stream ended the wait again")
        listener.turn()
        listener.network.setReading(far, true)
        take(listener, until: { listener.isReadable(far) })
        #expect(listener.read(far).bytes == [1, 2, 3])
    }

    @Test func `a stream that both sides have finished is reported as closed after its end was read`() throws {
        let (caller, near, listener, far) = try connectedPair()
        caller.network.finishWriting(near)
        take(listener, until: { listener.isReadable(far) })
        #expect(listener.read(far).result == .end)
        listener.network.finishWriting(far)
        take(caller, until: { caller.isReadable(near) })
        #expect(caller.read(near).result == .end)
        take(caller, listener, until: { caller.closed[near] != nil && listener.closed[far] != nil })
        #expect(caller.closed[near] == .some(nil))
        #expect(listener.closed[far] == .some(nil))
        #expect(throws: SystemCallError.self) { try caller.write(near, [1]) }
    }

    @Test func `writing to a stream whose reader has gone fails and does not end the process`() throws {
        let (caller, near, listener, far) = try connectedPair()
        listener.network.close(far)
        caller.network.setWriting(near, true)
        var failure: SystemCallError?
        take(
            caller,
            until: {
                do {
                    _ = try caller.write(near, [1, 2, 3])
                } catch {
                    failure = error as? SystemCallError
                }
                return failure != nil
            })
        #expect(failure?.kind == .connectionReset)
    }

    @Test func `eight megabytes arrive whole past a reader who pauses`() throws {
        let (caller, near, listener, far) = try connectedPair()
        let sent = (0..<8_388_608).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        var position = 0
        // Nobody reads: the stream must refuse at some point.
        while position < sent.count {
            let count = try caller.write(near, Array(sent[position..<min(sent.count, position + 65_536)]))
            if count == 0 { break }
            position += count
        }
        #expect(position < sent.count)
        caller.network.setWriting(near, true)
        caller.turn()
        #expect(!caller.isWritable(near))
        var received: [UInt8] = []
        take(
            caller, listener,
            until: {
                if caller.isWritable(near) {
                    caller.events = []
                    let part = Array(sent[position..<min(sent.count, position + 262_144)])
                    position += (try? caller.write(near, part)) ?? 0
                    caller.network.setWriting(near, position < sent.count)
                }
                if listener.isReadable(far) {
                    listener.events = []
                    received += listener.read(far, limit: 262_144).bytes
                }
                return received.count == sent.count
            })
        #expect(received == sent)
    }

    @Test func `two hundred callers are all accepted, and none while accepting is paused`() throws {
        let callers = try Party()
        let listener = try Party()
        let address = try listener.listen()
        listener.network.pauseAccepting(true)
        var streams: Set<StreamID> = []
        for _ in 0..<200 {
            streams.insert(callers.network.connect(to: address))
        }
        #expect(streams.count == 200)
        take(callers, listener, until: { callers.connected.count == 200 })
        #expect(listener.accepted.isEmpty)
        listener.network.pauseAccepting(false)
        take(callers, listener, until: { listener.accepted.count == 200 })
        #expect(Set(listener.accepted).count == 200)
    }

    @Test func `a name is resolved to sorted addresses, a number to itself`() throws {
        let party = try Party()
        party.network.resolve("localhost", port: 80, token: 1)
        party.network.resolve("192.0.2.7", port: 81, token: 2)
        party.network.resolve("::1", port: 82, token: 3)
        party.network.resolve("no such name", port: 83, token: 4)
        take(party, until: { party.resolved.count == 4 })
        let local = try #require(try party.resolved[1]?.get())
        #expect(local.contains(NetworkAddress(host: "127.0.0.1", port: 80)))
        #expect(local == local.sorted())
        #expect(Set(local).count == local.count)
        #expect(try party.resolved[2]?.get() == [NetworkAddress(host: "192.0.2.7", port: 81)])
        #expect(try party.resolved[3]?.get() == [NetworkAddress(host: "::1", port: 82)])
        #expect(throws: SystemCallError.self) { try party.resolved[4]?.get() }
    }

    @Test func `more names than may wait are refused, and taken again once the others are answered`() throws {
        let party = try Party()
        for token in 0..<70 as Range<UInt64> {
            party.network.resolve("localhost", port: 80, token: token)
        }
        take(party, until: { party.resolved.count == 70 })
        let refused = party.resolved.filter { if case .failure = $0.value { true } else { false } }
        #expect(refused.keys.sorted() == Array(64..<70))
        party.network.resolve("localhost", port: 80, token: 70)
        take(party, until: { party.resolved.count == 71 })
        #expect(try party.resolved[70]?.get().isEmpty == false)
    }

    @Test func `this machine's addresses include the loopback`() throws {
        let hosts = try Party().network.localHosts()
        #expect(hosts.contains("127.0.0.1"))
        #expect(hosts == hosts.sorted())
    }
}
