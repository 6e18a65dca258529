import Foundation

/// A relay's sound card without hardware: our ALSA plugin, fed through a FIFO and recorded into files.
final class VirtualBoard {
    /// F_SETPIPE_SZ of linux/fcntl.h, which Swift does not see.
    private static let setPipeSize: Int32 = 1_031
    /// Capture and playback channels of every virtual board.
    static let channels = 2

    let name: String
    /// Raw frames that the relay played; the plugin's events point into it.
    let outputPath: String
    let eventsPath: String
    /// While this file exists, the board is unplugged.
    let unplugPath: String
    private let speechPath: String
    private let noisePath: String
    private let speech: Int32
    private var waiting: [UInt8] = []

    init(name: String, folder: String, noise: Sound) throws {
        self.name = name
        (outputPath, eventsPath) = ("\(folder)/\(name).played", "\(folder)/\(name).events")
        (unplugPath, speechPath) = ("\(folder)/\(name).unplugged", "\(folder)/\(name).speech")
        noisePath = "\(folder)/\(name).noise"
        try noise.raw.write(to: URL(fileURLWithPath: noisePath))
        guard mkfifo(speechPath, 0o600) == 0 else {
            throw DemoError.unavailable("cannot make \(speechPath): \(String(cString: strerror(errno)))")
        }
        // Both directions, so that it stays open whoever reads it. 1 MiB holds half a minute of speech; a pipe that may
        // not be so large is filled step by step.
        speech = open(speechPath, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard speech >= 0 else { throw DemoError.unavailable("cannot open \(speechPath)") }
        if fcntl(speech, VirtualBoard.setPipeSize, 1 << 20) < 0 { errno = 0 }
    }

    deinit { close(speech) }

    /// The board's device in asound.conf.
    var definition: String {
        """
        pcm.\(name) {
            type loqa
            name "\(name)"
            rate \(Sound.rate)
            channels \(VirtualBoard.channels)
            speech "\(speechPath)"
            noise "\(noisePath)"
            output "\(outputPath)"
            events "\(eventsPath)"
            unplug "\(unplugPath)"
        }

        """
    }

    /// Writes the configuration of all boards; ALSA_CONFIG_PATH points to it.
    static func writeConfiguration(_ boards: [VirtualBoard], plugin: String, to path: String) throws {
        let text =
            "</usr/share/alsa/alsa.conf>\npcm_type.loqa { lib \"\(plugin)\" }\n"
            + boards.map(\.definition).joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    var device: Programs.Device { .init(capture: name, playback: name, channels: VirtualBoard.channels) }

    /// Lets the room hear a sound, after what it is still to hear. The plugin sets the pace.
    func say(_ sound: Sound) {
        waiting += sound.raw
        pump()
    }

    /// Hands on what the FIFO had no room for; call often.
    func pump() {
        while !waiting.isEmpty {
            let written = waiting.withUnsafeBytes { write(speech, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            waiting.removeFirst(written)
        }
    }

    /// Forgets what has not been heard yet.
    func hush() {
        waiting = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while read(speech, &bytes, bytes.count) > 0 {}
    }

    func unplug() throws { try Data().write(to: URL(fileURLWithPath: unplugPath)) }
    func plug() { Glibc.unlink(unplugPath) }

    /// What was played between two frames of the output.
    func played(from first: Int, to last: Int) -> Sound {
        guard last > first, let handle = FileHandle(forReadingAtPath: outputPath) else { return Sound() }
        let frame = 2 * VirtualBoard.channels
        lseek(handle.fileDescriptor, off_t(first * frame), SEEK_SET)
        return Sound(
            raw: handle.readData(ofLength: (last - first + 1) * frame), channels: VirtualBoard.channels)
    }
}
