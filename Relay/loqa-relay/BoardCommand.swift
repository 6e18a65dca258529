import Glibc
import RelayAudio
import RelayBoard
import RelayRing

/// `loqa-relay board check`: whether a board's file can be used.
enum BoardCommand {
    static let hint = "loqa-relay board check FILE tells whether a board's file can be used."

    private static let help = """
        usage: loqa-relay board check BOARD...

        Reads each board (name, folder or board.json), tells all problems, and what the ear makes of it.
        """

    static func run(_ arguments: [String]) {
        if arguments.contains("--help") { return Main.write(help, to: STDOUT_FILENO) }
        guard arguments.first == "check", arguments.count > 1 else { Main.end(help, code: 64) }
        var failed = false
        for path in arguments.dropFirst() {
            do throws(BoardError) {
                Main.write(text(try BoardFile.read(path)), to: STDOUT_FILENO)
            } catch {
                failed = true
                Main.write("\(error)", to: STDERR_FILENO)
            }
        }
        if failed { exit(65) }
    }

    private static func text(_ board: Board) -> String {
        let settings = board.frontEnd
        let stages = EarStage.allCases.filter(settings.stages.contains).map(\.rawValue)
        let reference =
            switch settings.reference {
            case .none: "none"
            case .playback: "what the relay plays"
            case .channel(let channel): "channel \(channel)"
            }
        return """
            \(board.name): \(board.title)
              microphones  \(settings.microphones.count) of \(settings.channelCount) channels: \
            \(settings.microphones.map { String($0.channel) }.joined(separator: ", "))
              positions    \(settings.geometry == nil ? "unknown" : "known")
              reference    \(reference)
              stages       \(stages.isEmpty ? "none" : stages.joined(separator: ", "))
              ring         \(board.ring.map { "\($0.lamps.azimuths.count) lamps, \($0.code.rawValue) at \($0.device)" } ?? "none")
            """
    }
}
