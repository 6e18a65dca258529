import Glibc
package import RelayCore

/// Shows the ring of lights as a line of coloured text, for boards without one and for people without a board.
package struct TerminalLight {
    private let name: String
    private let hasColour: Bool
    private var shown: LightIntent?

    /// - Parameter hasColour: the terminal understands colours; otherwise the words alone are written.
    package init(relay name: String, hasColour: Bool) { (self.name, self.hasColour) = (name, hasColour) }

    /// Shows an intent. The same one again writes nothing.
    package mutating func show(_ intent: LightIntent) {
        guard intent != shown else { return }
        shown = intent
        let (colour, words) = Self.face(of: intent)
        let mark = hasColour ? "\u{1B}[\(colour)m●\u{1B}[0m" : "(\(intent.rawValue))"
        var line = "\(mark) \(name): \(words)\n"
        line.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    /// ANSI colour and words of each intent.
    private static func face(of intent: LightIntent) -> (colour: String, words: String) {
        switch intent {
        case .idle: ("2;37", "ready")
        case .listening: ("1;36", "listening")
        case .thinking: ("1;35", "thinking")
        case .speaking: ("1;32", "speaking")
        case .ringing: ("1;33", "a timer rings")
        case .muted: ("1;31", "microphone off")
        case .offline: ("1;33", "no hub")
        case .cannotHear: ("1;31", "cannot hear: the microphone or the wake engine does not run")
        }
    }
}
