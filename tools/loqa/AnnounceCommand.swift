import ArgumentParser
import HubAdmin

/// Speaks in the house.
struct AnnounceCommand: AdminCommand {
    static let configuration = CommandConfiguration(
        commandName: "announce", abstract: "Speaks a text in some rooms, or in all, at the same moment.")
    @Argument(help: "What to say.") var text: String
    @Option(help: "A room to speak in; may be given several times (default: all).") var room: [String] = []
    @OptionGroup var admin: AdminOptions

    func perform(_ client: AdminClient) throws {
        guard case .announced(let relays) = try client.ask(.announce(text: text, rooms: room)) else {
            throw AdminClientError.unexpected
        }
        try show(relays) {
            relays.isEmpty ? "No relay is there to speak." : "Spoken by: \(relays.joined(separator: ", "))."
        }
    }
}
