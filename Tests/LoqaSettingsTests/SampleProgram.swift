import LoqaSettings

/// A program with one setting of each form.
enum Sample {
    enum Voice: String, CaseIterable, Sendable { case kal, slt, awb }

    static let room = Setting.text("room", byteCounts: 1...64, "The room the relay stands in.")
    static let channels = Setting.integer(
        "capture-channels", in: 1...8, unit: "channels", default: 1, "Channels of the capture device.")
    static let map = Setting.integers(
        "capture-map", in: 0...7, counts: 1...4, default: [0], "Channels to use, in this order.")
    static let window = Setting.duration(
        "reply-window", in: .milliseconds(100) ... .seconds(10), default: .seconds(2), "How long to listen.")
    static let colour = Setting.flag("colour", default: true, "Draw the light in colour.")
    static let voice = Setting<Voice>.choice("voice", default: .kal, "The voice of the answers.")
    static let record = Setting.optionalText("record-file", "Where to write what is played.")
    static let token = Setting.text("token", default: "none", "The key of the hub's door.").secret

    static let program = SettingsProgram(
        "sample", version: "1.2.3", "Shows settings.",
        [room, channels, map, window, colour, voice, record, token])

    /// The settings that a file's text and a command line make.
    static func read(_ text: String?, _ arguments: String...) throws(SettingsError) -> Settings {
        let file = text.map { SettingsFile(name: "relay.conf", bytes: Array($0.utf8)) }
        return try program.settings(file: file, invocation: program.invocation(arguments))
    }

    /// What is wrong with them, one line for each problem; empty if nothing is.
    static func problems(_ text: String?, _ arguments: [String] = []) -> [String] {
        let file = text.map { SettingsFile(name: "relay.conf", bytes: Array($0.utf8)) }
        do {
            _ = try program.settings(file: file, invocation: program.invocation(arguments))
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }
}
