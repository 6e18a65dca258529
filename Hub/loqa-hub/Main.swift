import Foundation
import HubHome
import LoqaSettings
import LoqaSystem

/// Reads the command line, the configuration and the home, then hands over to ``HubProgram``.
///
/// Exit codes: 0 ended on request, 69 the port cannot be had, 71 the system refused something, 78 the configuration
/// or the home file is wrong.
@main
struct Main {
    private static let configurationByteCountMax = 65_536

    static func main() async {
        let program = HubConfiguration.program
        if CommandLine.arguments.dropFirst().first == "link" { showLinks() }
        if CommandLine.arguments.dropFirst().first == "understand" {
            UnderstandCommand.run(Array(CommandLine.arguments.dropFirst(2)))
        }
        if CommandLine.arguments.dropFirst().first == "grammar" {
            GrammarCommand.run(Array(CommandLine.arguments.dropFirst(2)))
        }
        let invocation = program.invocation(Array(CommandLine.arguments.dropFirst()))
        do {
            switch invocation.command {
            case .help:
                let hint = """
                    loqa-hub link [--watch] shows the link of each relay, as `loqa link` does.
                    loqa-hub understand SENTENCE says what a sentence means, and why; see its --help.
                    loqa-hub grammar --home FILE shows by which grammar this home is heard; see its --help.
                    """
                return write(program.help + "\n\n" + hint, to: .standardOutput)
            case .version: return write("\(program.name) \(program.version)", to: .standardOutput)
            case .run, .printConfiguration: break
            }
            let settings = try program.settings(
                file: try file(at: invocation.configurationPath), invocation: invocation)
            if invocation.command == .printConfiguration {
                return write(settings.listing, to: .standardOutput)
            }
            try await HubProgram(try HubConfiguration(settings)).run()
        } catch let error as SettingsError {
            end("\(error)", code: 78)
        } catch let error as HomeFileError {
            end("\(error)", code: 78)
        } catch let error as HubProgram.PortUnavailable {
            end("\(program.name): \(error)", code: 69)
        } catch {
            end("\(program.name): \(error)", code: 71)
        }
    }

    /// `loqa-hub link`: the same as `loqa link`, which asks the hub that runs here.
    private static func showLinks() -> Never {
        do {
            let arguments = [try programPath("loqa"), "link"] + CommandLine.arguments.dropFirst(2)
            var pointers = arguments.map { strdup($0) } + [nil]
            execv(arguments[0], &pointers)
            end("loqa-hub: cannot run \(arguments[0]): \(String(cString: strerror(errno)))", code: 69)
        } catch {
            end("loqa-hub: \(error)", code: 71)
        }
    }

    private static func file(at path: String?) throws -> SettingsFile? {
        guard let path else { return nil }
        return SettingsFile(
            name: path, bytes: try contents(of: path, byteCountMax: configurationByteCountMax))
    }

    private static func end(_ text: String, code: Int32) -> Never {
        write(text, to: .standardError)
        exit(code)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        handle.write(Data((text + "\n").utf8))
    }
}
