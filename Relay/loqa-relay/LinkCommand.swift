import Glibc
import LoqaSystem
import RelayIO

/// `loqa-relay link`: what the relay that runs here knows of its link.
enum LinkCommand {
    static let hint =
        "loqa-relay link [--state-dir DIR] [--watch] shows the link of the relay that runs there."

    private static let help = """
        usage: loqa-relay link [--state-dir DIR] [--watch]

        Shows the state of the link of the relay that runs with this state folder (default: .): which way sound
        goes, round trip, loss and jitter of both directions, the hub's clock, keys.

          --watch   again every second, until Ctrl-C
        """

    static func run(_ arguments: [String]) {
        var folder = "."
        var isWatching = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help": return Main.write(help, to: STDOUT_FILENO)
            case "--watch": isWatching = true
            case "--state-dir":
                guard let value = rest.popFirst() else { Main.end("--state-dir needs a folder", code: 64) }
                folder = value
            default: Main.end("\(argument) is not expected here\n\n\(help)", code: 64)
            }
        }
        do throws(SystemError) {
            repeat {
                let text = try StatusSocket.ask(path: "\(folder)/relay.sock")
                if isWatching, isatty(STDOUT_FILENO) == 1 {
                    Main.write("\u{1B}[H\u{1B}[J", to: STDOUT_FILENO)
                }
                Main.write(String(text.dropLast()), to: STDOUT_FILENO)
                if isWatching { sleep(1) }
            } while isWatching
        } catch {
            Main.end("loqa-relay: \(error)", code: 69)
        }
    }
}
