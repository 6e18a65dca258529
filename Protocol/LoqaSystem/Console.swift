import Glibc

/// Tells a person what a program does, on standard error, one line each. What stays as it is, is said once.
///
/// For one thread. Nothing that was spoken and no secret goes here.
package struct Console: Sendable {
    /// What a line is about. Each has a present state in words, or none if all is well.
    package enum Topic: Sendable, Hashable {
        case hub, adoption, search, microphone, channels, loudspeaker, ring, wakeEngine, program
    }

    private let program: String
    private var states: [Topic: String] = [:]

    /// - Parameter program: stands at the start of each line.
    package init(program: String) { self.program = program }

    /// Says what a topic has come to, at most 500 characters, unless that is how it stood before.
    package mutating func say(_ text: String, about topic: Topic) {
        guard states[topic] != text else { return }
        states[topic] = text
        write(text)
    }

    /// All is well with a topic: says so if it was not.
    package mutating func resolve(_ topic: Topic, _ text: String) {
        if states.removeValue(forKey: topic) != nil { write(text) }
    }

    private func write(_ text: String) {
        var line = "\(program): \(text.prefix(500))\n"
        line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
