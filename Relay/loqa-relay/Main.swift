import Glibc
import LoqaSettings
import LoqaSystem

/// Reads the command line and the configuration, then hands over to ``RelayProgram``.
///
/// Exit codes: 0 ended on request, 71 the system refused something, 78 the configuration is wrong; those of
/// the other commands are in their help.
@main
struct Main {
    private static let configurationByteCountMax = 65_536

    static func main() {
        let program = RelayConfiguration.program
        let rest = Array(CommandLine.arguments.dropFirst(2))
        switch CommandLine.arguments.dropFirst().first {
        case "link": return LinkCommand.run(rest)
        case "detect": return DetectCommand.run(rest)
        case "process": return ProcessCommand.run(rest)
        case "listen": return ListenCommand.run(rest)
        case "board": return BoardCommand.run(rest)
        case "ring": return RingCommand.run(rest)
        default: break
        }
        let invocation = program.invocation(Array(CommandLine.arguments.dropFirst()))
        do {
            switch invocation.command {
            case .help:
                let hints = [
                    LinkCommand.hint, ProcessCommand.hint, ListenCommand.hint, BoardCommand.hint,
                    RingCommand.hint,
                    DetectCommand.hint,
                ]
                return write(([program.help, ""] + hints).joined(separator: "\n"), to: STDOUT_FILENO)
            case .version: return write("\(program.name) \(program.version)", to: STDOUT_FILENO)
            case .run, .printConfiguration: break
            }
            let settings = try program.settings(
                file: try file(at: invocation.configurationPath), invocation: invocation)
            if invocation.command == .printConfiguration {
                return write(settings.listing, to: STDOUT_FILENO)
            }
            let configuration = try RelayConfiguration(settings)
            if configuration.isReset { return try reset(configuration) }
            try RelayProgram(configuration).run()
        } catch let error as SettingsError {
            end("\(error)", code: 78)
        } catch {
            end("\(program.name): \(error)", code: 71)
        }
    }

    private static func file(at path: String?) throws -> SettingsFile? {
        guard let path else { return nil }
        return SettingsFile(
            name: path, bytes: try contents(of: path, byteCountMax: configurationByteCountMax))
    }

    /// Forgets who this relay is: a new key makes it a new relay (I5).
    private static func reset(_ configuration: RelayConfiguration) throws(SystemError) {
        for name in ["identity.key", "hub"] {
            let path = "\(configuration.stateFolder)/\(name)"
            guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("remove \(path)") }
        }
        write(
            "This relay has forgotten its key and its hub. Revoke the old one with `loqa relay revoke`.",
            to: STDOUT_FILENO)
    }

    static func end(_ text: String, code: Int32) -> Never {
        write(text, to: STDERR_FILENO)
        exit(code)
    }

    static func write(_ text: String, to descriptor: Int32) {
        var line = text + "\n"
        line.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
