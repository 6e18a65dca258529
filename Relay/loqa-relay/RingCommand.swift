import Glibc
import LoqaBase
import LoqaSystem
import RelayBoard
import RelayRing

/// `loqa-relay ring`: what the ring shows, in the terminal, on the lamps of a board, or as a sheet.
enum RingCommand {
    static let hint = "loqa-relay ring shows the scenes of the ring of lights, on a board or in the terminal."

    private static let help = """
        usage: loqa-relay ring [--scene SCENE] [--board BOARD] [--theme FILE] [--talker DEGREES] [--seconds N]
               loqa-relay ring --sheet FILE.svg [--board BOARD] [--theme FILE]

        Plays the scenes of the ring of lights one after the other, or the one that is named. With --sheet it draws all of
        them into a file.

          --scene SCENE     \(RingScene.allCases.map(\.rawValue).joined(separator: ", "))
          --board BOARD     name of a board, or path of its board.json: where its lamps are; 12 on a circle if left out
          --theme FILE      colours and patterns; see docs/ring.md
          --talker DEGREES  where the voice comes from, default 60
          --seconds N       of each scene, default 3
        """

    private struct Options {
        var scenes = RingScene.allCases
        var lamps = RingLamps(count: 12)
        var theme = RingTheme.standard
        var talker: Float = 60
        var seconds = 3
        var sheet: String?
    }

    static func run(_ arguments: [String]) {
        if arguments.contains("--help") { return Main.write(help, to: STDOUT_FILENO) }
        do throws(BoardError) {
            let options = try options(arguments)
            guard let path = options.sheet else { return play(options) }
            let drawing = RingSheet.drawing(theme: options.theme, lamps: options.lamps)
            if let reason = write(drawing, to: path) {
                Main.end("\(path) cannot be written: \(reason)", code: 73)
            }
        } catch {
            Main.end("\(error)", code: 65)
        }
    }

    private static func options(_ arguments: [String]) throws(BoardError) -> Options {
        var options = Options()
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { Main.end("\(name) needs a value\n\n\(help)", code: 64) }
            switch name {
            case "--scene":
                guard let scene = RingScene(rawValue: value) else {
                    Main.end("there is no scene \(value)\n\n\(help)", code: 64)
                }
                options.scenes = [scene]
            case "--board":
                guard let ring = try BoardFile.read(value).ring else {
                    Main.end("the board \(value) has no ring that Loqa drives", code: 65)
                }
                options.lamps = ring.lamps
            case "--theme": options.theme = try ThemeFile.read(value)
            case "--talker": options.talker = Float(number(value, name, in: -360...360))
            case "--seconds": options.seconds = number(value, name, in: 1...3_600)
            case "--sheet": options.sheet = value
            default: Main.end("\(name) is not expected here\n\n\(help)", code: 64)
            }
        }
        return options
    }

    private static func number(_ value: String, _ name: String, in range: ClosedRange<Int>) -> Int {
        guard let number = Int(value), range.contains(number) else {
            Main.end(
                "\(name) wants a number from \(range.lowerBound) to \(range.upperBound), not \(value)",
                code: 64)
        }
        return number
    }

    /// Writes a file; the system's reason if that failed.
    private static func write(_ text: String, to path: String) -> String? {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        let isWritten = Array(text.utf8).withUnsafeBytes { writeWhole(descriptor, $0) }
        return isWritten ? nil : String(cString: strerror(errno))
    }

    private static func play(_ options: Options) {
        var painter = RingPainter(theme: options.theme, lamps: options.lamps)
        let isTerminal = isatty(STDOUT_FILENO) == 1
        for scene in options.scenes {
            var moment = RingSheet.moment(scene)
            moment.talker = options.talker
            // Each scene is drawn over a line of its own, not over what stood in the terminal before.
            if isTerminal { Main.write("", to: STDOUT_FILENO) }
            let begin: RelayInstant = MonotonicClock.now()
            while true {
                let now: RelayInstant = MonotonicClock.now()
                guard now - begin < .seconds(options.seconds) else { break }
                // A voice rises and falls a few times a second.
                let passed = (now - begin).milliseconds
                moment.level = Float(abs(passed % 500 - 250)) / 250
                moment.share = Float(passed) / Float(options.seconds * 1_000)
                let lights = painter.paint(moment, at: now)
                Main.write(line(lights, scene, isTerminal: isTerminal), to: STDOUT_FILENO)
                usleep(isTerminal ? 40_000 : 500_000)
            }
        }
    }

    /// One line: a dot in its colour for each lamp, or the colours in words where there is no terminal.
    private static func line(_ lights: [RingLight], _ scene: RingScene, isTerminal: Bool) -> String {
        let colours = lights.map { RingColour($0) }
        guard isTerminal else {
            return "\(scene.rawValue) " + colours.map(\.text).joined(separator: " ")
        }
        let dots = colours.map { "\u{1B}[38;2;\($0.red);\($0.green);\($0.blue)m●\u{1B}[0m" }
        return "\u{1B}[1A\u{1B}[2K" + dots.joined(separator: " ") + "  \(scene.rawValue)"
    }
}
