import Platform
import Replication

extension Durability {
    /// As it is spelled in flags: `always`, an interval such as `100ms`, or `never`.
    var name: String {
        switch self {
        case .always: "always"
        case .interval(let interval): "\(interval.wholeMilliseconds)ms"
        case .never: "never"
        }
    }

    /// The word among those of Redis that comes nearest.
    var appendfsyncName: String {
        switch self {
        case .always: "always"
        case .interval: "everysec"
        case .never: "no"
        }
    }
}
