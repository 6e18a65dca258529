import Glibc
import LoqaSystem
import RelayAudio
import RelayBoard
import RelayIO

/// `loqa-relay listen`: what the ear hears at this moment, in the terminal.
enum ListenCommand {
    static let hint =
        "loqa-relay listen --board B shows direction, levels and stages of a board's microphones, live."

    private static let help = """
        usage: loqa-relay listen --board BOARD [--capture-device NAME] [--seconds N]

        Opens the microphones of a board and shows direction, voice, levels, gain and the state of each channel, until
        Ctrl-C. Written to a file or a pipe it is a line each second.

          --board BOARD           name of a board, or path of its board.json
          --capture-device NAME   ALSA device, if not the board's own; "arecord -L" lists them
          --seconds N             end by itself, 1 to 86400
        """

    private struct Options {
        var board = ""
        var device: String?
        var seconds: Int?
    }

    static func run(_ arguments: [String]) {
        if arguments.contains("--help") { return Main.write(help, to: STDOUT_FILENO) }
        let options = options(arguments)
        do {
            let board = try BoardFile.read(options.board)
            let settings =
                board.frontEnd.reference == .playback
                ? board.frontEnd.with(reference: .none) : board.frontEnd
            let device = try SoundDeviceSettings(
                name: options.device ?? board.captureDevice ?? "default",
                channelCount: settings.channelCount, bufferPeriods: 25)
            let frontEnd = try FrontEnd(settings, clock: threadNanoseconds)
            try show(FrontEndStream(frontEnd), try CaptureDevice(device), board, seconds: options.seconds)
        } catch let error as SoundDeviceError {
            Main.end("loqa-relay listen: \(error)", code: 69)
        } catch {
            Main.end("loqa-relay listen: \(error)", code: 65)
        }
    }

    private static func options(_ arguments: [String]) -> Options {
        var options = Options()
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { Main.end("\(name) needs a value\n\n\(help)", code: 64) }
            switch name {
            case "--board": options.board = value
            case "--capture-device": options.device = value
            case "--seconds":
                guard let seconds = Int(value), (1...86_400).contains(seconds) else {
                    Main.end("--seconds wants a number from 1 to 86400, not \(value)", code: 64)
                }
                options.seconds = seconds
            default: Main.end("\(name) is not expected here\n\n\(help)", code: 64)
            }
        }
        if options.board.isEmpty { Main.end("--board is missing\n\n\(help)", code: 64) }
        return options
    }

    private static func show(
        _ stream: FrontEndStream, _ device: consuming CaptureDevice, _ board: Board, seconds: Int?
    ) throws {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let channelCount = board.frontEnd.channelCount
        var block = [Int16](repeating: 0, count: FrontEndStream.blockFrameCount * channelCount)
        var clean = [Int16](repeating: 0, count: FrontEndStream.blockFrameCount)
        var screen = ListenScreen(board, width: isTerminal ? 40 : 0)
        var blockCount = 0
        while seconds.map({ blockCount < $0 * 50 }) ?? true {
            var room = block.mutableSpan
            switch try device.read(into: &room) {
            case .nothing: continue
            case .restarted:
                screen.gapCount += 1
                continue
            case .period: break
            }
            var output = clean.mutableSpan
            let report = stream.process(block.span, reference: Span(), into: &output)
            screen.note(block.span, report)
            blockCount += 1
            if isTerminal, blockCount % 5 == 0 {
                Main.write("\u{1B}[H\u{1B}[J" + screen.picture(stream.frontEnd.times), to: STDOUT_FILENO)
            } else if !isTerminal, blockCount % 50 == 0 {
                Main.write(screen.line, to: STDOUT_FILENO)
            }
        }
    }
}
