import LoqaBase
import LoqaCrypto
import LoqaSettings
import RelayAudio
import RelayBoard
import RelayIO

/// The relay's settings, checked once at the door.
struct RelayConfiguration: Sendable {
    static let name = Setting.text(
        "name", byteCounts: 1...64, default: "relay", "What this relay wants to be called; the hub decides.")
    static let room = Setting.optionalText(
        "room", byteCounts: 1...64, "Room it wants, as the hub's home file names it; the hub decides.")
    static let hub = Setting.optionalText(
        "hub",
        "Numeric address and TCP port of the hub, such as 192.168.1.10:7580. Without it the hub's token, its last "
            + "address and the network tell.")
    static let invite = Setting.optionalText(
        "invite", byteCounts: 1...1_024,
        "Token of `loqa relay invite`, which works once. Better in the file: a command line can be seen by others."
    ).secret
    static let stateFolder = Setting.text(
        "state-dir", default: ".", "Folder for this relay's key and what it knows of its hub.")
    static let reset = Setting.flag(
        "reset", default: false,
        "Forget this relay's key and its hub, so that it can be enrolled anew, and end.")
    static let board = Setting.optionalText(
        "board", byteCounts: 1...1_024,
        "Name of the board, or path of its board.json: devices, channels, where the microphones stand. Without it the "
            + "settings below tell.")
    static let stages = Setting.optionalText(
        "ear-stages", byteCounts: 1...128,
        "What the ear does, of echo, beam, direction, noise-suppression, gain; \"none\" for none. Default: all that the "
            + "board can.")
    static let captureDevice = Setting.text(
        "capture-device", default: "default",
        "ALSA device of the microphones, in place of the board's; `arecord -L` lists them.")
    static let captureChannels = Setting.integer(
        "capture-channels", in: 1...32, unit: "channels", default: 1,
        "Channels of the capture device, without a board.")
    static let microphones = Setting.integers(
        "microphones", in: 0...31, counts: 1...8, unit: "channels", default: [0],
        "Channels that carry microphones, from 0, without a board.")
    static let captureBuffer = Setting.integer(
        "capture-buffer", in: 3...50, unit: "periods of 20 ms", default: 25,
        "Longest stall that loses no sound.")
    static let playbackDevice = Setting.text(
        "playback-device", default: "default",
        "ALSA device of the loudspeaker, in place of the board's; `aplay -L` lists them.")
    static let playbackChannels = Setting.integer(
        "playback-channels", in: 1...32, unit: "channels", default: 1,
        "Channels of the playback device, without a board.")
    static let playbackBuffer = Setting.integer(
        "playback-buffer", in: 3...50, unit: "periods of 20 ms", default: 4,
        "Sound in the device; adds to each answer's delay.")
    static let volume = Setting.integer(
        "volume", in: 0...100, unit: "%", default: 80, "Loudness of answers and rings.")
    static let wakeProgram = Setting.text(
        "wake-program", default: "loqa-wake-pocketsphinx",
        "Wake engine: a program beside this one, or a path.")
    static let wakeModels = Setting.optionalText(
        "wake-models",
        "Folder of microWakeWord models. If set, they are listened for, by loqa-wake, and wake-program is not run."
    )
    static let wakePhrase = Setting.text(
        "wake-phrase", byteCounts: 3...64, default: "hey computer", "Words that wake the relay.")
    static let trace = Setting.optionalText(
        "trace", "File that gets a line of JSON for everything that happens, spoken words excepted.")
    static let colour = Setting.flag(
        "colour", default: true, "Draw the light in colour if this is a terminal.")

    static let program = SettingsProgram(
        "loqa-relay", version: loqaVersion,
        "Listens and speaks in one room for a Loqa hub. SIGUSR1 switches the microphone off and on; SIGUSR2 is "
            + "a button that makes it listen, or ends what sounds.",
        [
            name, room, hub, invite, stateFolder, reset, board, stages, captureDevice, captureChannels,
            microphones, captureBuffer, playbackDevice, playbackChannels, playbackBuffer, volume, wakeProgram,
            wakePhrase, wakeModels, trace, colour, RingConfiguration.theme, RingConfiguration.brightness,
            RingConfiguration.quietHours, RingConfiguration.quietBrightness,
        ])

    let name: String
    let room: String?
    /// A configured address.
    let hub: HubAddress?
    let invite: InviteToken?
    let stateFolder: String
    let isReset: Bool
    let capture: SoundDeviceSettings
    /// What the ear does with the microphones.
    let ear: FrontEndSettings
    let playback: SoundDeviceSettings
    let volumePercent: Int
    let wakeProgram: String
    /// What the wake engine is started with.
    let wakeArguments: [String]
    let tracePath: String?
    let hasColour: Bool
    let ring: RingConfiguration

    /// - Throws: every problem that needs more than one setting, or more than a range, to be seen.
    init(_ settings: Settings) throws(SettingsError) {
        var problems: [SettingsProblem] = []
        let hub = settings[Self.hub].flatMap(HubAddress.init)
        if settings[Self.hub] != nil, hub == nil {
            problems.append(
                settings.problem(with: Self.hub, "is no numeric address with a port, such as 127.0.0.1:7580"))
        }
        var invite: InviteToken?
        if let text = settings[Self.invite] {
            invite = Self.attempt(Self.invite, settings, &problems) { () throws(InviteTokenError) in
                try InviteToken(text: text)
            }
        }
        let board = Self.board(settings, &problems)
        let ear = board.flatMap { Self.ear($0, settings, &problems) }
        let capture = Self.attempt(Self.captureDevice, settings, &problems) { () throws(SoundSettingsError) in
            let isOwn = settings.origin(of: Self.captureDevice) != .defaultValue
            return try SoundDeviceSettings(
                name: isOwn ? settings[Self.captureDevice] : board?.captureDevice ?? "default",
                channelCount: ear?.channelCount ?? 1, bufferPeriods: settings[Self.captureBuffer])
        }
        let playback = Self.attempt(Self.playbackDevice, settings, &problems) {
            () throws(SoundSettingsError) in
            let isOwn = settings.origin(of: Self.playbackDevice) != .defaultValue
            return try SoundDeviceSettings(
                name: isOwn ? settings[Self.playbackDevice] : board?.playbackDevice ?? "default",
                channelCount: board?.playbackChannelCount ?? 1, bufferPeriods: settings[Self.playbackBuffer])
        }
        var ring: RingConfiguration?
        do throws(SettingsError) {
            ring = try RingConfiguration(settings, ring: board?.ring)
        } catch {
            problems += error.problems
        }
        guard let ear, let capture, let playback, let ring, problems.isEmpty else {
            throw SettingsError(problems)
        }
        (self.ear, self.capture, self.playback) = (ear, capture, playback)
        (self.hub, self.invite, stateFolder) = (hub, invite, settings[Self.stateFolder])
        (isReset, self.ring) = (settings[Self.reset], ring)
        (name, room) = (settings[Self.name], settings[Self.room])
        volumePercent = settings[Self.volume]
        let models = settings[Self.wakeModels]
        wakeProgram = models == nil ? settings[Self.wakeProgram] : "loqa-wake"
        wakeArguments = models.map { ["--models", $0] } ?? ["--phrase", settings[Self.wakePhrase]]
        (tracePath, hasColour) = (settings[Self.trace], settings[Self.colour])
    }

    /// The board that is named, or one made of the settings for channels.
    private static func board(_ settings: Settings, _ problems: inout [SettingsProblem]) -> Board? {
        guard let name = settings[Self.board] else {
            return attempt(microphones, settings, &problems) { () throws(FrontEndError) in
                let microphones = settings[microphones].map { BoardMicrophone(channel: $0) }
                return Board(
                    name: "settings", title: "a board of the settings",
                    playbackChannelCount: settings[playbackChannels],
                    frontEnd: try FrontEndSettings(
                        channelCount: settings[captureChannels], microphones: microphones,
                        reference: .playback))
            }
        }
        for setting in [captureChannels, playbackChannels] where settings.origin(of: setting) != .defaultValue
        {
            problems.append(settings.problem(with: setting, "the board tells this already; leave out one"))
        }
        if settings.origin(of: microphones) != .defaultValue {
            problems.append(
                settings.problem(with: microphones, "the board tells this already; leave out one"))
        }
        return attempt(Self.board, settings, &problems) { () throws(BoardError) in try BoardFile.read(name) }
    }

    private static func ear(
        _ board: Board, _ settings: Settings, _ problems: inout [SettingsProblem]
    ) -> FrontEndSettings? {
        guard let list = settings[stages] else { return board.frontEnd }
        return attempt(stages, settings, &problems) { () throws(EarStageError) in
            board.frontEnd.with(stages: try EarStage.set(of: list))
        }
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
