import ByteCoding
import Platform
import Replication

/// What `/api/v1/keys/KEY` answers: the value that readers see. In leader mode the leader's; with `?local` this node's.
enum KeyPage {
    static let prefix = "/api/v1/keys/"

    /// The answer, and how far the log must be synced before it may leave.
    ///
    /// - Throws: `busy` when it is to be asked again.
    static func response(
        to request: HTTPRequest, _ replica: Replica, into value: inout [UInt8]
    ) throws(ReplicaError) -> (response: HTTPResponse, heldUntil: UInt64) {
        guard let key = Self.decoded(request.path.dropFirst(Self.prefix.count)), !key.isEmpty else {
            return (Self.failure(400, "bad-key", "the key is empty, or its % escapes make no sense"), 0)
        }
        do throws(ReplicaError) {
            try replica.admitRead(isLocal: request.query.split(separator: "&").contains("local"))
            let reading = try replica.read(key.span, into: &value)
            let shown = ShownText.of(key.span)
            switch reading.outcome {
            case .found: return (.json(Self.document(key, value)), reading.heldUntil)
            case .missing:
                return (Self.failure(404, "no-such-key", "key \"\(shown)\" does not exist"), reading.heldUntil)
            case .undecided(let count):
                let text = "key \"\(shown)\" has \(count) siblings and no rule to choose"
                return (Self.failure(409, "conflict", text, hint: "STARLING SIBLINGS shows them"), reading.heldUntil)
            }
        } catch {
            guard case .leadership(let refusal) = error else { throw error }
            return (Self.refusal(refusal, replica), 0)
        }
    }

    private static func refusal(_ refusal: LeaderModeRefusal, _ replica: Replica) -> HTTPResponse {
        let direction = LeaderDirection(replica)
        let text = direction.replyText(for: refusal, asked: .read, followsRedirects: false)
        guard case .notLeader = refusal, let address = direction.address else {
            return Self.failure(503, "no-leader", text, hint: "try again, or read what this node has with ?local")
        }
        return .failure(
            421, code: "not-leader", text, hint: "ask there, or read what this node has with ?local",
            leader: address.description)
    }

    private static func failure(_ status: Int, _ code: String, _ message: String, hint: String = "") -> HTTPResponse {
        .failure(status, code: code, message, hint: hint)
    }

    private static func document(_ key: [UInt8], _ value: [UInt8]) -> String {
        var json = JSONText()
        json.object { json in
            json.member("schema", 1)
            for (name, bytes) in [("key", key), ("value", value)] {
                if let text = String(validating: bytes, as: UTF8.self) {
                    json.member(name, text)
                } else {
                    var base64: [UInt8] = []
                    Base64.append(bytes, to: &base64)
                    json.member(name + "Base64", String(decoding: base64, as: UTF8.self))
                }
            }
        }
        return json.text
    }

    /// The bytes that percent-encoding stands for (RFC 3986, section 2.1); nil if an escape is not one.
    static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
