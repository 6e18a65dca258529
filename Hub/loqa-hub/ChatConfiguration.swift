import Glibc
import HubChat
import HubFallback
import LoqaSettings

/// What the owner set about a chat model, checked once at the door. Without `chat-url` there is none.
struct ChatConfiguration: Sendable {
    static let url = Setting.optionalText(
        "chat-url",
        "Chat server (OpenAI's chat completions: Ollama, llama.cpp) that gets what nothing else understands, such as "
            + "http://127.0.0.1:11434; off without it.")
    static let model = Setting.optionalText(
        "chat-model", byteCounts: 1...128, "Name of the model at the chat server.")
    static let keyFile = Setting.optionalText(
        "chat-key-file", "File with the chat server's key on one line, for its owner only (mode 0600).")
    static let keyVariable = Setting.optionalText(
        "chat-key-variable", byteCounts: 1...64,
        "Name of the environment variable with the key, instead of a file.")
    static let tools = Setting.flag(
        "chat-tools", default: true,
        "Whether the chat model may operate devices of the talker's room, as the talker could; or only talk.")
    static let allowOutside = Setting.optionalText(
        "chat-allow-outside",
        "Name of a chat server outside the house that may get what is said here, as chat-url has it. Words and the "
            + "names of rooms and devices leave the house then.")

    static let authorities = Setting.optionalText(
        "chat-authorities",
        "File (PEM) with the certificates that the chat server's is signed by; by default those of the system."
    )

    static let settings: [any AnySetting] = [
        url, model, keyFile, keyVariable, authorities, tools, allowOutside,
    ]

    let server: ChatServer
    let model: String
    let key: ChatKey?
    let authorities: String?
    let mayOperate: Bool
    let mayLeaveHouse: Bool

    /// - Returns: nil if there is no chat model, or if something is wrong, which is then in `problems`.
    init?(_ settings: Settings, _ problems: inout [SettingsProblem]) {
        guard let url = settings[Self.url] else {
            for setting in [
                Self.model, Self.keyFile, Self.keyVariable, Self.authorities, Self.allowOutside,
            ]
            where settings[setting] != nil {
                problems.append(settings.problem(with: setting, "has no use without chat-url"))
            }
            return nil
        }
        let before = problems.count
        var server: ChatServer?
        do throws(ChatServerError) {
            server = try ChatServer(url)
        } catch {
            problems.append(settings.problem(with: Self.url, "\(error)"))
        }
        if settings[Self.model] == nil {
            problems.append(settings.problem(with: Self.model, "is needed with chat-url: name a model"))
        }
        let consent = settings[Self.allowOutside]?.lowercased()
        if let server { Self.check(server, consent, settings, &problems) }
        key = Self.key(settings, &problems)
        guard problems.count == before, let server, let model = settings[Self.model] else { return nil }
        (self.server, self.model, mayOperate) = (server, model, settings[Self.tools])
        (mayLeaveHouse, authorities) = (consent != nil, settings[Self.authorities])
    }

    private static func check(
        _ server: ChatServer, _ consent: String?, _ settings: Settings, _ problems: inout [SettingsProblem]
    ) {
        if let consent {
            if consent != server.host {
                problems.append(
                    settings.problem(
                        with: allowOutside, "allows another server than chat-url names: \(server.host)"))
            }
            if !server.isEncrypted {
                problems.append(
                    settings.problem(
                        with: url, "is not encrypted: what leaves the house goes by https:// only"))
            }
        } else if let address = ChatClient.address(server.host), !HouseAddress.isInside(address) {
            problems.append(
                settings.problem(
                    with: url,
                    "is outside the house: what is said would leave it. To allow that, set chat-allow-outside to "
                        + server.host))
        }
    }

    private static func key(_ settings: Settings, _ problems: inout [SettingsProblem]) -> ChatKey? {
        switch (settings[keyFile], settings[keyVariable]) {
        case (nil, nil): return nil
        case (_?, _?):
            problems.append(
                settings.problem(with: keyVariable, "is one key too many: there is chat-key-file"))
        case (let path?, nil):
            do throws(ChatKey.Failure) {
                return try ChatKey(file: path)
            } catch {
                problems.append(settings.problem(with: keyFile, "has no key: \(error)"))
            }
        case (nil, let name?):
            if let value = getenv(name), let key = ChatKey(String(cString: value)) { return key }
            problems.append(
                settings.problem(with: keyVariable, "names no environment variable that holds a key"))
        }
        return nil
    }
}
