/// Why a measurement cannot be made, in words for the person at the terminal.
enum BenchError: Error, CustomStringConvertible {
    /// Something that is needed is not there or did not start.
    case unavailable(String)
    /// Something did not happen in time.
    case late(String)
    /// What was measured is no measurement: packets were lost.
    case lossy(String)

    var description: String {
        switch self {
        case .unavailable(let what), .late(let what), .lossy(let what): what
        }
    }
}
