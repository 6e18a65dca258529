/// Why the demo cannot go on, in words for the person at the terminal.
enum DemoError: Error, CustomStringConvertible {
    case interrupted
    /// A program that is needed is not there or did not work.
    case unavailable(String)
    /// A child ended or did not get ready; with the end of what it logged.
    case child(String, log: String)
    /// Something did not happen in time.
    case late(String)

    var description: String {
        switch self {
        case .interrupted: "interrupted"
        case .unavailable(let what): what
        case .child(let what, let log): log.isEmpty ? what : "\(what). The end of its log:\n\(log)"
        case .late(let what): what
        }
    }

    /// As documented by tools/demo --help.
    var exitCode: Int32 {
        switch self {
        case .interrupted: 130
        case .unavailable, .child: 69
        case .late: 1
        }
    }
}
