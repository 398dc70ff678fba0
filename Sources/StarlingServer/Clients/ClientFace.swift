/// Which protocol a client speaks.
enum ClientFace: Int, CaseIterable, Sendable {
    case resp
    case plaintext
    case http

    /// As it stands in metrics and `CLIENT LIST`.
    var name: String {
        switch self {
        case .resp: "resp"
        case .plaintext: "plain"
        case .http: "http"
        }
    }
}
