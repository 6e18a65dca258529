import ArgumentParser
import Foundation
import HubAdmin

/// What every command takes.
struct AdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The hub's admin socket (default: $LOQA_ADMIN_SOCKET, else ./admin.sock, else /run/loqa/admin.sock).",
            valueName: "path"))
    var socket: String?
    @Flag(help: "Print JSON, for programs.") var json = false

    var client: AdminClient {
        AdminClient(
            path: Self.socketPath(
                option: socket, environment: ProcessInfo.processInfo.environment,
                isThere: FileManager.default.fileExists(atPath:)))
    }

    /// The first of these that is given, or that is there.
    static func socketPath(
        option: String?, environment: [String: String], isThere: (String) -> Bool
    ) -> String {
        if let option { return option }
        if let path = environment["LOQA_ADMIN_SOCKET"], !path.isEmpty { return path }
        return isThere("./admin.sock") ? "./admin.sock" : "/run/loqa/admin.sock"
    }
}

/// A command that asks the hub.
protocol AdminCommand: ParsableCommand {
    var admin: AdminOptions { get }

    /// Asks, and shows the answer.
    ///
    /// - Throws: ``AdminClientError``, which ends the program with a message and its exit code.
    func perform(_ client: AdminClient) throws
}

extension AdminCommand {
    func run() throws {
        do { try perform(admin.client) } catch let error as AdminClientError {
            Output.note("loqa: \(error)")
            throw ExitCode(error.exitCode)
        }
    }

    /// Shows an answer as JSON if that is wanted, else as text.
    func show(_ value: some Encodable, _ text: () -> String) throws {
        Output.text(admin.json ? try Output.json(value) : text())
    }
}

extension AdminClientError {
    /// As `sysexits.h` numbers them.
    var exitCode: Int32 {
        switch self {
        case .notRunning: 69
        case .noPermission: 77
        case .pathTooLong: 64
        case .timedOut: 75
        case .closed, .unreadable, .unexpected: 76
        case .system: 71
        case .failure(let failure):
            switch failure.code {
            case .refused, .failed: 1
            case .notAllowed: 77
            case .malformed, .unknownRequest: 76
            }
        }
    }
}
