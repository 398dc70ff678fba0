import ByteCoding
import DataModel
import RESP
import Replication

// Reads and writes of a session. Each notes how far the log must be synced before the reply may leave.
extension RESPSession {
    func holdReply(until lsn: UInt64) {
        if lsn > self.heldUntil { self.heldUntil = lsn }
    }

    /// Reads a key's value into the shared buffer.
    ///
    /// - Throws: the conflict reply when the key's resolver leaves the choice to the reader.
    func read(_ key: Span<UInt8>, _ replica: Replica) throws(CommandFailure) -> Reading {
        let reading: Reading
        do throws(ReplicaError) {
            reading = try replica.read(key, into: &self.state.value)
        } catch {
            throw CommandFailure(error)
        }
        self.holdReply(until: reading.heldUntil)
        if case .undecided(let siblings) = reading.outcome { throw .conflict(key, siblings: siblings) }
        return reading
    }

    /// Tells whether a key is there; one in conflict is.
    func look(at key: Span<UInt8>, _ replica: Replica) throws(CommandFailure) -> Reading {
        do throws(ReplicaError) {
            let reading = try replica.look(at: key)
            self.holdReply(until: reading.heldUntil)
            return reading
        } catch {
            throw CommandFailure(error)
        }
    }

    func put(
        _ key: Span<UInt8>, _ value: Span<UInt8>, expiry: UInt64? = nil, _ replica: Replica
    ) throws(CommandFailure) {
        do throws(ReplicaError) {
            self.note(try replica.put(key, value, expiry: expiry))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Deletes a key; false if readers see none.
    func delete(_ key: Span<UInt8>, _ replica: Replica) throws(CommandFailure) -> Bool {
        do throws(ReplicaError) {
            if let receipt = try replica.delete(key) {
                self.note(receipt)
                return true
            }
            // That it is gone may be news that a crash could take back.
            self.holdReply(until: try replica.look(at: key).heldUntil)
            return false
        } catch {
            throw CommandFailure(error)
        }
    }

    func apply(_ writes: [Write], _ replica: Replica) throws(CommandFailure) {
        do throws(ReplicaError) {
            if let receipt = try replica.apply(writes) { self.note(receipt) }
        } catch {
            throw CommandFailure(error)
        }
    }

    func note(_ receipt: WriteReceipt) {
        self.lastWrite = receipt
        self.hasForwardedWrite = false
        self.holdReply(until: receipt.heldUntil)
    }

    /// Reads an argument as a whole number.
    func integer(
        _ index: Int, _ bytes: Span<UInt8>, or failure: CommandFailure = .notAnInteger
    ) throws(CommandFailure) -> Int64 {
        guard let number = DecimalInteger.parse(bytes.extracting(self.argument(index))) else { throw failure }
        return number
    }

    /// An argument as a word to compare with literals, without regard to case.
    func token(_ index: Int, _ bytes: Span<UInt8>) -> RESPToken {
        RESPToken(of: bytes.extracting(self.argument(index)))
    }

    /// An argument's bytes, copied.
    func copy(_ index: Int, _ bytes: Span<UInt8>) -> [UInt8] {
        [UInt8](copying: bytes.extracting(self.argument(index)))
    }

    /// An argument as text; what is not UTF-8 is replaced.
    func text(_ index: Int, _ bytes: Span<UInt8>) -> String {
        String(decoding: self.copy(index, bytes), as: UTF8.self)
    }
}
