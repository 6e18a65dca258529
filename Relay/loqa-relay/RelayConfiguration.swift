import LoqaBase
import LoqaSettings
import RelayAudio
import RelayIO

/// The relay's settings, checked once at the door.
struct RelayConfiguration: Sendable {
    static let name = Setting.text(
        "name", byteCounts: 1...64, "Name of this relay, unique in the house.")
    static let room = Setting.text(
        "room", byteCounts: 1...64, "Room the relay stands in, as the hub's home file names it.")
    static let hub = Setting.text(
        "hub", default: "127.0.0.1:7580", "Numeric address and TCP port of the hub.")
    static let captureDevice = Setting.text(
        "capture-device", default: "default", "ALSA device of the microphones; `arecord -L` lists them.")
    static let captureChannels = Setting.integer(
        "capture-channels", in: 1...32, unit: "channels", default: 1, "Channels of the capture device.")
    static let microphones = Setting.integers(
        "microphones", in: 0...31, counts: 1...8, unit: "channels", default: [0],
        "Channels that carry microphones, from 0; their mean is listened to.")
    static let captureBuffer = Setting.integer(
        "capture-buffer", in: 3...50, unit: "periods of 20 ms", default: 25,
        "Longest stall that loses no sound.")
    static let playbackDevice = Setting.text(
        "playback-device", default: "default", "ALSA device of the loudspeaker; `aplay -L` lists them.")
    static let playbackChannels = Setting.integer(
        "playback-channels", in: 1...32, unit: "channels", default: 1, "Channels of the playback device.")
    static let playbackBuffer = Setting.integer(
        "playback-buffer", in: 3...50, unit: "periods of 20 ms", default: 4,
        "Sound in the device; adds to each answer's delay.")
    static let volume = Setting.integer(
        "volume", in: 0...100, unit: "%", default: 80, "Loudness of answers and rings.")
    static let wakeProgram = Setting.text(
        "wake-program", default: "loqa-wake-pocketsphinx",
        "Wake engine: a program beside this one, or a path.")
    static let wakePhrase = Setting.text(
        "wake-phrase", byteCounts: 3...64, default: "hey computer", "Words that wake the relay.")
    static let trace = Setting.optionalText(
        "trace", "File that gets a line of JSON for everything that happens, spoken words excepted.")
    static let colour = Setting.flag(
        "colour", default: true, "Draw the light in colour if this is a terminal.")

    static let program = SettingsProgram(
        "loqa-relay", version: loqaVersion,
        "Listens and speaks in one room for a Loqa hub. SIGUSR1 switches the microphone off and on.",
        [
            name, room, hub, captureDevice, captureChannels, microphones, captureBuffer, playbackDevice,
            playbackChannels, playbackBuffer, volume, wakeProgram, wakePhrase, trace, colour,
        ])

    let name: String
    let room: String
    let hub: HubAddress
    let capture: SoundDeviceSettings
    let channelMap: ChannelMap
    let playback: SoundDeviceSettings
    let volumePercent: Int
    let wakeProgram: String
    let wakePhrase: String
    let tracePath: String?
    let hasColour: Bool

    /// - Throws: every problem that needs more than one setting, or more than a range, to be seen.
    init(_ settings: Settings) throws(SettingsError) {
        var problems: [SettingsProblem] = []
        let hub = HubAddress(settings[Self.hub])
        if hub == nil {
            problems.append(
                settings.problem(with: Self.hub, "is no numeric address with a port, such as 127.0.0.1:7580"))
        }
        let map = Self.attempt(Self.microphones, settings, &problems) { () throws(ChannelMapError) in
            try ChannelMap(
                channelCount: settings[Self.captureChannels], microphones: settings[Self.microphones])
        }
        let capture = Self.attempt(Self.captureDevice, settings, &problems) { () throws(SoundSettingsError) in
            try SoundDeviceSettings(
                name: settings[Self.captureDevice], channelCount: settings[Self.captureChannels],
                bufferPeriods: settings[Self.captureBuffer])
        }
        let playback = Self.attempt(Self.playbackDevice, settings, &problems) {
            () throws(SoundSettingsError) in
            try SoundDeviceSettings(
                name: settings[Self.playbackDevice], channelCount: settings[Self.playbackChannels],
                bufferPeriods: settings[Self.playbackBuffer])
        }
        guard let hub, let map, let capture, let playback else { throw SettingsError(problems) }
        (self.hub, self.channelMap, self.capture, self.playback) = (hub, map, capture, playback)
        (name, room) = (settings[Self.name], settings[Self.room])
        volumePercent = settings[Self.volume]
        (wakeProgram, wakePhrase) = (settings[Self.wakeProgram], settings[Self.wakePhrase])
        (tracePath, hasColour) = (settings[Self.trace], settings[Self.colour])
    }

    /// Makes a checked value, or notes why it cannot be made.
    private static func attempt<Made, Value, Failure: Error & CustomStringConvertible>(
        _ setting: Setting<Value>, _ settings: Settings, _ problems: inout [SettingsProblem],
        _ make: () throws(Failure) -> Made
    ) -> Made? {
        do {
            return try make()
        } catch {
            problems.append(settings.problem(with: setting, error.description))
            return nil
        }
    }
}
