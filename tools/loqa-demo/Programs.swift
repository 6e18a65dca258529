import Foundation

/// Where Loqa's programs are and which arguments they get: the one place that knows their command lines.
struct Programs {
    /// The folder with the built programs and the board plugin.
    var folder: String
    /// Another folder for the relay and its wake engine, when a statically linked pair is measured.
    var relayFolder: String?

    var hub: String { folder + "/loqa-hub" }
    var admin: String { folder + "/loqa" }
    var speech: String { folder + "/loqa-speech" }
    var relay: String { (relayFolder ?? folder) + "/loqa-relay" }
    var wake: String { (relayFolder ?? folder) + "/loqa-wake-pocketsphinx" }
    var boardPlugin: String { folder + "/libasound_module_pcm_loqa.so" }

    /// The folder that the running program stands in, as all of them are built together.
    static func besideThisProgram() throws -> Programs {
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else {
            throw DemoError.unavailable("cannot tell where this program stands")
        }
        return Programs(folder: program.deletingLastPathComponent().path)
    }

    func hubArguments(home: String, port: Int, stateFolder: String, trace: String) -> [String] {
        [
            "--home", home, "--address", "127.0.0.1", "--port", "\(port)", "--advertise", "127.0.0.1",
            "--state-dir", stateFolder, "--speech-program", speech,
            "--trace", trace,
        ]
    }

    func relayArguments(
        name: String, invite: String, stateFolder: String, device: Device, trace: String
    ) -> [String] {
        [
            "--name", name, "--invite", invite, "--state-dir", stateFolder, "--capture-device",
            device.capture,
            "--capture-channels", "\(device.channels)", "--playback-device", device.playback,
            "--playback-channels", "\(device.channels)",
            "--wake-program", wake,
            "--trace", trace,
        ]
    }

    /// Asks the running hub for a token, as its owner would: `loqa relay invite`.
    func invite(name: String, room: String, stateFolder: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: admin)
        process.arguments = [
            "relay", "invite", "--room", room, "--name", name, "--socket", stateFolder + "/admin.sock",
        ]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let token = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw DemoError.unavailable("no token for the relay \(name): \(complaint)")
        }
        return token.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// ALSA names of a relay's microphones and speaker.
    struct Device {
        var capture: String
        var playback: String
        var channels: Int
    }
}
