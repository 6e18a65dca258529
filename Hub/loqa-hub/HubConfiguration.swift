import LoqaBase
import LoqaSettings

/// The hub's settings, checked once at the door.
struct HubConfiguration: Sendable {
    /// Where the hub listens. Loopback only, until relays are enrolled and both planes are encrypted (N9).
    enum Address: String, CaseIterable, Sendable {
        case four = "127.0.0.1"
        case six = "::1"
    }

    static let home = Setting.text("home", "File that describes the home: its rooms and devices (YAML).")
    static let address = Setting<Address>.choice(
        "address", default: .four,
        "Loopback address to listen on. Relays elsewhere come with enrolment and encryption.")
    static let port = Setting.integer(
        "port", in: 0...65_535, unit: "TCP port", default: 7_580, "Port for relays; 0 lets the system choose."
    )
    static let stateFolder = Setting.text(
        "state-dir", default: ".",
        "Folder for what must survive a restart: the devices' state and the timers.")
    static let speechProgram = Setting.text(
        "speech-program", default: "loqa-speech", "Speech engines: a program beside this one, or a path.")
    static let wakePhrase = Setting.text(
        "wake-phrase", byteCounts: 3...64, default: "hey computer",
        "Words that wake the relays; left out of what is understood.")
    static let trace = Setting.optionalText(
        "trace", "File that gets a line of JSON for everything that happens, spoken words included.")
    static let ask = Setting.optionalText(
        "ask", "Understand one typed sentence in --room, say what comes of it, change nothing and end.")
    static let room = Setting.optionalText(
        "room", byteCounts: 1...64, "Room in which --ask is said; by default the first.")

    static let grammar = Setting.flag(
        "grammar", default: false,
        "Show the sentences that can be heard, as the network of words the recogniser searches (FSG), and end."
    )

    static let program = SettingsProgram(
        "loqa-hub", version: loqaVersion, "Hears, understands, acts and answers for all relays of a house.",
        [home, address, port, stateFolder, speechProgram, wakePhrase, trace, ask, room, grammar])

    let home: String
    let address: Address
    let port: Int
    let stateFolder: String
    let speechProgram: String
    let wakePhrase: String
    let tracePath: String?
    let sentence: String?
    let room: String?
    let showsGrammar: Bool

    init(_ settings: Settings) {
        (home, address, port) = (settings[Self.home], settings[Self.address], settings[Self.port])
        (stateFolder, speechProgram) = (settings[Self.stateFolder], settings[Self.speechProgram])
        (wakePhrase, tracePath) = (settings[Self.wakePhrase], settings[Self.trace])
        (sentence, room) = (settings[Self.ask], settings[Self.room])
        showsGrammar = settings[Self.grammar]
    }
}
