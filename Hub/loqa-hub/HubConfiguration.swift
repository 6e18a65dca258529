import HubServer
import LoqaBase
import LoqaSettings

/// The hub's settings, checked once at the door.
struct HubConfiguration: Sendable {
    static let home = Setting.text("home", "File that describes the home: its rooms and devices (YAML).")
    static let address = Setting.text(
        "address", default: "::",
        "Numeric address to listen on; :: is every one. Nobody gets in without a key that the owner enrolled."
    )
    static let port = Setting.integer(
        "port", in: 0...65_535, unit: "TCP and UDP port", default: 7_580,
        "Port for relays; 0 lets the system choose.")
    static let advertise = Setting.optionalText(
        "advertise", "Numeric address that tokens name; by default this machine's first on the network.")
    static let announces = Setting.flag(
        "announce", default: true,
        "Tell the network by mDNS (Avahi) that a hub is here, so that relays find it.")
    static let recognisers = Setting.integer(
        "recognisers", in: 1...32, unit: "processes", default: 4, "People that may speak at once.")
    static let stateFolder = Setting.text(
        "state-dir", default: ".",
        "Folder for what must survive a restart: the hub's key, its relays, the devices' state and the timers."
    )
    static let speechProgram = Setting.text(
        "speech-program", default: "loqa-speech", "Speech engines: a program beside this one, or a path.")
    static let wakePhrase = Setting.text(
        "wake-phrase", byteCounts: 3...64, default: "hey computer",
        "Words that wake the relays; left out of what is understood.")
    static let language = Setting.text(
        "language", byteCounts: 2...16, default: "en", "Language that is understood: en, de, pt-BR.")
    static let sentences = Setting.optionalText(
        "sentences",
        "Folder with Loqa's own sentences, for conversations and other languages; without it English alone.")
    static let intents = Setting.optionalText(
        "intents", "Folder with packs of the Home Assistant intents, to understand all of their sentences.")
    static let trace = Setting.optionalText(
        "trace", "File that gets a line of JSON for everything that happens, spoken words included.")
    static let wireCapture = Setting.optionalText(
        "wire-capture",
        "File (pcap) that gets all that relays and hub say, in clear, sound included: for Wireshark, to find a fault."
    )
    static let ask = Setting.optionalText(
        "ask", "Understand one typed sentence in --room, say what comes of it, change nothing and end.")
    static let room = Setting.optionalText(
        "room", byteCounts: 1...64, "Room in which --ask is said; by default the first.")

    static let keepsFalseWakes = Setting.flag(
        "keep-false-wakes", default: false,
        "Keep two seconds of sound of each wake that you mark as false, encrypted, for the next training.")

    static let grammar = Setting.flag(
        "grammar", default: false,
        "Show the sentences that can be heard, as the network of words the recogniser searches (FSG), and end."
    )

    static let program = SettingsProgram(
        "loqa-hub", version: loqaVersion, "Hears, understands, acts and answers for all relays of a house.",
        [
            home, address, port, advertise, announces, stateFolder, recognisers, speechProgram, wakePhrase,
            language, sentences, intents,
        ] + ChatConfiguration.settings + [trace, wireCapture, ask, room, grammar, keepsFalseWakes])

    let home: String
    let address: String
    let port: Int
    let advertised: String?
    let announces: Bool
    let recogniserCountMax: Int
    let stateFolder: String
    let speechProgram: String
    let wakePhrase: String
    let language: String
    let sentencesPath: String?
    let intentsPath: String?
    let tracePath: String?
    let wireCapturePath: String?
    let sentence: String?
    let room: String?
    /// Nil unless the owner switched a chat model on.
    let chat: ChatConfiguration?
    let showsGrammar: Bool
    let keepsFalseWakes: Bool

    /// Only programs of this machine can reach the hub.
    var isLoopbackOnly: Bool { address.hasPrefix("127.") || address == "::1" }

    /// The address that tokens name, if it is certain: the owner's word, or the only one that is listened on.
    var tokenAddress: String? { advertised ?? (["::", "0.0.0.0"].contains(address) ? nil : address) }

    /// - Throws: what needs more than a range to be seen.
    init(_ settings: Settings) throws(SettingsError) {
        var problems: [SettingsProblem] = []
        if NumericAddress.host(settings[Self.address]) == nil {
            problems.append(
                settings.problem(with: Self.address, "is no numeric address, such as 192.168.1.10 or ::"))
        }
        if let text = settings[Self.advertise], NumericAddress.host(text) == nil {
            problems.append(
                settings.problem(with: Self.advertise, "is no numeric address, such as 192.168.1.10"))
        }
        if settings[Self.sentences] == nil, settings[Self.language] != "en" || settings[Self.intents] != nil {
            problems.append(
                settings.problem(
                    with: Self.sentences, "is needed for other languages and for packs; name Hub/sentences"))
        }
        chat = ChatConfiguration(settings, &problems)
        if chat != nil, settings[Self.sentences] == nil {
            problems.append(
                settings.problem(with: Self.sentences, "is needed for a chat model; name Hub/sentences"))
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        announces = settings[Self.announces]
        (advertised, recogniserCountMax) = (settings[Self.advertise], settings[Self.recognisers])
        (home, address, port) = (settings[Self.home], settings[Self.address], settings[Self.port])
        (stateFolder, speechProgram) = (settings[Self.stateFolder], settings[Self.speechProgram])
        (language, sentencesPath) = (settings[Self.language], settings[Self.sentences])
        intentsPath = settings[Self.intents]
        wireCapturePath = settings[Self.wireCapture]
        (wakePhrase, tracePath) = (settings[Self.wakePhrase], settings[Self.trace])
        (sentence, room) = (settings[Self.ask], settings[Self.room])
        showsGrammar = settings[Self.grammar]
        keepsFalseWakes = settings[Self.keepsFalseWakes]
    }
}
