import Foundation

/// Text for people, in colour if they look at a terminal and did not ask for none (NO_COLOR).
struct Terminal {
    enum Style: String {
        case plain = "", bold = "1", dim = "2", red = "31", green = "32", yellow = "33", cyan = "36"
    }

    let hasColour: Bool

    init(hasColour: Bool? = nil) {
        let wantsNone = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        self.hasColour = hasColour ?? (isatty(1) == 1 && !wantsNone)
    }

    func styled(_ text: String, _ style: Style) -> String {
        hasColour && style != .plain ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    func line(_ text: String = "") {
        print(text)
        fflush(nil)
    }
}
