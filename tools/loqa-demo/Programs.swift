import Foundation

/// Where Loqa's programs are and which arguments they get: the one place that knows their command lines.
struct Programs {
    /// The folder with the built programs and the board plugin.
    var folder: String
    /// Another folder for the relay and its wake engine, when a statically linked pair is measured.
    var relayFolder: String?

    var hub: String { folder + "/loqa-hub" }
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
            "--home", home, "--port", "\(port)", "--state-dir", stateFolder, "--speech-program", speech,
            "--trace", trace,
        ]
    }

    func relayArguments(name: String, room: String, port: Int, device: Device, trace: String) -> [String] {
        [
            "--name", name, "--room", room, "--hub", "127.0.0.1:\(port)", "--capture-device", device.capture,
            "--capture-channels", "\(device.channels)", "--playback-device", device.playback,
            "--playback-channels", "\(device.channels)",
            "--wake-program", wake,
            "--trace", trace,
        ]
    }

    /// ALSA names of a relay's microphones and speaker.
    struct Device {
        var capture: String
        var playback: String
        var channels: Int
    }
}
