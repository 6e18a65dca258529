import Foundation
import HubAdmin
import LoqaCrypto

/// The program loqa-hub with a state folder of its own, started and stopped like a service.
final class RealHub {
    let folder: String
    let port: Int
    private let programs: String
    private let core: Int
    private var process: PinnedProcess?

    /// - Parameters:
    ///   - programs: the folder with loqa-hub and loqa-speech.
    ///   - folder: made anew; holds the home, the state and the log.
    init(programs: String, folder: String, core: Int) throws {
        (self.programs, self.folder, self.core) = (programs, folder, core)
        let files = FileManager.default
        if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try HouseholdKeys.home.write(toFile: folder + "/home.yaml", atomically: true, encoding: .utf8)
        port = try FreePort.find()
    }

    var pid: pid_t { process?.pid ?? 0 }
    private var admin: AdminClient { AdminClient(path: folder + "/state/admin.sock") }

    /// Starts it and does not wait.
    func start() throws {
        process = try PinnedProcess(
            core: core, programs + "/loqa-hub",
            [
                "--home", folder + "/home.yaml", "--address", "127.0.0.1", "--port", "\(port)", "--advertise",
                "127.0.0.1", "--state-dir", folder + "/state", "--speech-program", programs + "/loqa-speech",
            ], log: folder + "/hub.log")
    }

    /// Waits until its owner's socket answers.
    func waitUntilReady() throws {
        let end = Date() + 10
        while Date() < end {
            do {
                _ = try admin.ask(.status)
                return
            } catch { usleep(10_000) }
        }
        throw BenchError.late("the hub does not get ready; its log is \(folder)/hub.log")
    }

    /// A token for one relay, as `loqa relay invite` makes it.
    func invite(_ name: String) throws -> InviteToken {
        let request = AdminRequest.invite(
            room: HouseholdKeys.room, name: name, validForSeconds: 3_600, address: nil)
        guard case .invited(let text, _) = try admin.ask(request) else {
            throw BenchError.unavailable("the hub makes no token")
        }
        return try InviteToken(text: text)
    }

    /// Ends it at once, as a power cut does.
    func kill() {
        process?.kill()
        process = nil
    }

    /// Asks it to end, and waits until it has.
    func terminate() {
        process?.terminate()
        process = nil
    }
}
