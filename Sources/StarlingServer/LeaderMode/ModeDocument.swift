import Causality
import Platform

/// The JSON that `/api/v1/mode` and `/api/v1/topology` answer, and the part of the status that tells the same.
enum ModeDocument {
    static func text(of account: ModeAccount, withMembers: Bool) -> String {
        var json = JSONText()
        json.object { json in
            json.member("schema", 1)
            json.member("mode", account.mode)
            Self.write(account, to: &json)
            guard withMembers else { return }
            json.member("members") { json in
                json.array { json in
                    for member in account.members {
                        json.element { json in Self.write(member, to: &json) }
                    }
                }
            }
        }
        return json.text
    }

    /// Appends the members `role` to `last`.
    static func write(_ account: ModeAccount, to json: inout JSONText) {
        json.member("role", account.role.rawValue)
        guard account.mode == "leader" else { return }
        json.member("term", account.term)
        if let leader = account.leader {
            json.member("leader") { json in
                json.object { json in
                    json.member("name", leader.name)
                    json.member("id", leader.peer.description)
                    json.member("address", leader.address.description)
                }
            }
        } else {
            json.nullMember("leader")
        }
        json.member("voters", account.members.count(where: \.isVoter))
        json.member("decided", account.decided.commit)
        json.member("applied", account.decided.applied)
        json.member("last", account.decided.last)
    }

    private static func write(_ member: ModeAccount.Member, to json: inout JSONText) {
        json.object { json in
            json.member("name", member.name)
            json.member("id", member.id.description)
            if let address = member.address {
                json.member("address", address.description)
            } else {
                json.nullMember("address")
            }
            json.member("role", member.role.rawValue)
            json.member("votes", member.isVoter)
            json.member("up", member.isReachable)
            json.member("self", member.isSelf)
            if let lag = member.lag { json.member("lagEntries", lag) } else { json.nullMember("lagEntries") }
        }
    }
}
