/// One direction between two machines.
struct NetworkLink: Hashable {
    var from: String
    var to: String
}
